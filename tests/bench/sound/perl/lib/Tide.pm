package Tide;
use strict;
use warnings;
use List::Util qw(max sum);
use Moon;

sub high {
    my ($levels) = @_;
    my %seen = (
        first => $levels->[0],
        last  => $levels->[-1],
    );
    for my $l (@$levels) {
        if ($l < 0) {
            return "bad";
        } elsif ($l == 0) {
            return "none";
        }
        $seen{$l}++;
    }
    my ($top, $all) = (max(@$levels), sum(@$levels));
    return Moon->name . " $top $all $seen{first}";
}

1;
