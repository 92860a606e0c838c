"""Sum up."""
import sys


def main():
    print(prices.total([1, 2]), file=sys.stdout)


main()
