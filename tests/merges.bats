#!/usr/bin/env bats
# The conflicts of a merge that was not finished: heal tries the ways to end them, and a person chooses

setup() {
	load helper
	heal_setup
	need bash
}

conflict() { printf '<<<<<<< HEAD\n%s\n=======\n%s\n>>>>>>> feature\n' "$1" "$2"; }
# script FIRST SECOND: a script that passes with some of these lines only
script() {
	{
		echo '#!/bin/bash'
		conflict "$1" "$2"
		echo '[[ $total == 5 ]] || { echo "wrong total: $total" >&2; exit 1; }'
	} >sum.sh
}
proposed() { heal review show "$(heal review | grep -o '^[0-9a-f]\{12,\}' | head -n 1)"; }
approve() { heal review approve "$(heal review | grep -o '^[0-9a-f]\{12,\}' | head -n 1)"; }

@test "the sides with which the command passes are proposed, and made when a person approves" {
	script 'total=$((base + 2))' 'base=3'
	cp sum.sh before.sh
	run ! --separate-stderr heal run --yes -- bash sum.sh
	cmp sum.sh before.sh
	[[ $(proposed) == *'+total=$((base + 2))'* ]]
	approve
	run -0 --separate-stderr heal run --yes -- bash sum.sh
	[[ $stderr == *'heal: healed'* ]]
	printf '%s\n' '#!/bin/bash' 'base=3' 'total=$((base + 2))' '[[ $total == 5 ]] || { echo "wrong total: $total" >&2; exit 1; }' | cmp - sum.sh
	heal undo
	cmp sum.sh before.sh
}

@test "one side alone is proposed where only that one passes" {
	script 'total=5' 'total=six'
	run ! --separate-stderr heal run --yes -- bash sum.sh
	[[ $(proposed) == *$'\n total=5\n'*$'\n-total=six\n'* ]]
	script 'total=five' 'total=5; true'
	run ! --separate-stderr heal run --yes -- bash sum.sh
	[[ $(heal review) == *rewrite.sides*rewrite.sides* ]]
}

@test "each conflict of a file may end in another way" {
	{
		echo 'n=0'
		conflict 'n=$((n + 2))' 'n=7'
		conflict 'n=9' 'n=$((n + 1))'
		echo '[ "$n" = 3 ] || { echo "wrong: $n" >&2; exit 1; }'
	} >sum.sh
	run ! --separate-stderr heal run --yes -- sh sum.sh
	[[ $(proposed) == *$'\n n=$((n + 2))\n'*$'\n-n=7\n'*$'\n-n=9\n'*$'\n n=$((n + 1))\n'* ]]
}

@test "where no side helps, nothing is proposed" {
	script 'total=6' 'total=7'
	cp sum.sh before.sh
	run ! --separate-stderr heal run --yes -- bash sum.sh
	cmp sum.sh before.sh
	assert_equal "$(heal review | grep -c rewrite.sides)" 0
	[[ $stderr == *'Finish the merge in sum.sh'* ]]
}

@test "marks that are no whole conflict are left alone" {
	printf 'total=5\n=======\n<<<<<<< HEAD\ntotal=6\n' >sum.sh
	cp sum.sh before.sh
	run ! --separate-stderr heal run --yes -- bash sum.sh
	cmp sum.sh before.sh
}
