use strict;
my (@list, $hash, $more) = ();
($hash, $more) = ({ a => 1 }, []);
print "none\n" unless defined(@list);
print "found\n" if "a1{b" =~ /a\d{b/;
push $more, keys %$hash;
require "colour.pl";
print red(), " @$more\n";
