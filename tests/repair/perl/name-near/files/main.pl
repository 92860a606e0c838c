use strict;
use warnings;
use lib ".";
use Sizes;

my @sizes = (3, 1, 2);
push @sizes, Sizes::more();
print join(" ", sort @size), "\n";
