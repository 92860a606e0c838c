package Sizes;
use strict;

sub more {
    return 5;
}

0;
