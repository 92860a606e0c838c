use strict;
use warnings;
use lib "lib";
use Tide;

print "tide: ", Tide::high([3, 1]), "\n";
print Tide::high([-1]), "\n";
print Tide::high([0]), "\n";
