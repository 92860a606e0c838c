use strict;
use warnings;

print $greeting, "\n";
