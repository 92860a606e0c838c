package Moon;
use strict;
use warnings;

sub name {
    return "full";
}

1;
