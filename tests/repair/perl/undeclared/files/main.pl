use strict;
use warnings;
use lib ".";
use Sizes;

@sizes = (3, 1, 2);
push @sizes, Sizes::more();
print join(" ", sort @sizes), "\n";
