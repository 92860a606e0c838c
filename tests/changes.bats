#!/usr/bin/env bats
# changes.bats - what version control says changed last: said of a line at fault, and held against a failure that nothing mends

setup() {
	load helper
	heal_setup
	need git python3
	git init -q -b main .
	git config user.email a@example.org
	git config user.name A
	shop
	git add .
	git commit -qm one
}

# A program and its tests, both sound.
shop() {
	cat >shop.py <<-'END'
		def total(prices, discount):
		    """The sum of the prices, less the discount in per cent."""
		    whole = sum(prices)
		    return whole - whole * discount / 100


		def mean(prices):
		    return sum(prices) / len(prices)
	END
	cat >test_shop.py <<-'END'
		import unittest

		from shop import mean, total


		class ShopTest(unittest.TestCase):
		    def test_total(self):
		        self.assertEqual(total([50, 50], 10), 90)

		    def test_mean(self):
		        self.assertEqual(mean([1, 3]), 2)


		if __name__ == "__main__":
		    unittest.main()
	END
	echo notes >NOTES
}

# A wrong sign, among changes that do no harm.
spoil() {
	sed -i 's/whole - whole/whole + whole/; s/The sum/Sum/' shop.py
	sed -i 's/len(prices)/float(len(prices))/' shop.py
	echo more >>NOTES
}

heal_tests() { heal run --yes --no-color -- python3 test_shop.py; }

# The one plan that waits is approved, and does what it says.
approve() {
	local id
	id=$(heal review | awk 'NR == 1 { print $1 }')
	[[ -n $id ]]
	run -0 heal review approve "$id"
	run -0 heal_tests
}

@test "the part of the last change that makes a test fail is found, and left to a person" {
	spoil
	git diff >before
	run -1 --separate-stderr heal_tests
	git diff | cmp before -
	[[ $stderr == *"-    return whole + whole * discount / 100"* ]]
	[[ $stderr == *"+    return whole - whole * discount / 100"* ]]
	[[ $stderr != *"+    return sum(prices)"* && $stderr != *NOTES* && $stderr != *"+    \"\"\""* ]]
	[[ $stderr == *"risk is red"* ]]
}

@test "approved, only that part is taken back" {
	spoil
	run -1 heal_tests
	approve
	run -0 python3 test_shop.py
	grep -q 'whole - whole' shop.py
	grep -q 'float(len(prices))' shop.py
	grep -q more NOTES
}

@test "where all is committed, it is looked for in the last commit" {
	spoil
	git commit -qam two
	run -1 --separate-stderr heal_tests
	[[ $stderr == *"+    return whole - whole * discount / 100"* ]]
	git diff --quiet
}

@test "a copy whose files all look changed to the index is searched as well" {
	spoil
	for i in {1..45}; do echo "$i" >"notes-$i"; done
	git add notes-* && git commit -qm notes -- 'notes-*'
	touch -d '2001-01-01' ./* # what cp, rsync and images leave
	run -1 --separate-stderr heal_tests
	[[ $stderr == *'-    return whole + whole * discount / 100'* ]]
	[[ $stderr == *'heal review approve '* ]]
}

@test "where too many files changed, that is said" {
	spoil
	for i in {1..45}; do echo "$i" >"notes-$i"; done
	git add .
	run -1 --separate-stderr heal_tests
	[[ $stderr == *'not searched for the cause: 47 files changed since the last commit, more than 40'* ]]
}

# A program that runs no tests.
program() {
	cat >app.py <<-'END'
		import os

		from shop import total


		def show(prices):
		    whole = total(prices, 10)
		    print(whole, os.sep)


		show([50, 50])
		print("done")
	END
	git add app.py && git commit -qm program
}

@test "a line that a file lost is put back, and nothing else" {
	program
	sed -i '/whole = total/d; s/done/ready/' app.py
	run -0 --separate-stderr heal run --yes --no-color -- python3 app.py
	[[ $stderr == *'Put back 1 line that app.py lost.'* ]]
	grep -q 'whole = total' app.py && grep -q ready app.py
	run -0 heal undo --yes
	run ! grep -q 'whole = total' app.py
}

@test "so is the end of a file that was cut short" {
	program
	git show HEAD:app.py | head -c 100 >app.py
	run -0 --separate-stderr heal run --yes --no-color -- python3 app.py
	[[ $stderr == *'which was cut short'* ]]
	git diff --quiet
}

@test "whole functions with comparisons by numbers are put back, too" {
	program
	cat >>app.py <<-'END'


		def rank(prices):
		    for price in prices:
		        if len(prices) == 0 or price < 1:
		            return "none"
		        if price == 100 and len(prices) > 2:
		            return "many"
		    return "some"


		rank([1, 2, 3])
	END
	git commit -qam rank
	git show HEAD:app.py | head -c 220 >app.py
	run -0 --separate-stderr heal run --yes --no-color -- python3 app.py
	[[ $stderr == *'which was cut short'* ]]
	git diff --quiet
}

@test "a line that was moved is not lost: that needs a person" {
	program
	sed -i '/whole = total/d; s/^    print(.*/&\n    whole = total(prices, 10)/' app.py
	cp app.py before
	run -1 --separate-stderr heal run --yes --no-color -- python3 app.py
	cmp app.py before
}

@test "a line without which a test fails may be gone on purpose: that needs a person" {
	sed -i 's/    whole = sum(prices)/&\n    whole -= 10/; s/, 10), 90/, 10), 81/' shop.py test_shop.py
	git commit -qam lower
	sed -i '/whole -= 10/d' shop.py
	run -1 --separate-stderr heal_tests
	[[ $stderr == *'+    whole -= 10'*'risk is red'* ]]
	run ! grep -q 'whole -= 10' shop.py
}

@test "a file that is gone comes back" {
	printf 'def total(prices, discount):\n    return sum(prices) * (100 - discount) / 100\n' >tax.py
	sed -i 1,5d shop.py
	sed -i '1i from tax import total' shop.py
	git add . && git commit -qm two
	rm tax.py
	run -1 --separate-stderr heal_tests
	[[ $stderr == *"+++ b/tax.py"* ]]
	[[ ! -e tax.py ]]
	approve
	[[ -e tax.py ]]
}

@test "a file that was moved is not made again: what refers to it is to be changed" {
	mkdir lib
	git mv shop.py lib/shop.py
	run heal_tests
	assert_failure
	assert_output --partial "'shop.py' was moved to 'lib/shop.py': change what refers to it"
	assert [ ! -e shop.py ]
	run heal review
	refute_output --partial waiting
	# moved without git, renamed, or edited since
	git mv lib/shop.py lib/prices.py
	git reset -q
	run heal_tests
	assert_output --partial "was moved to 'lib/prices.py'"
	sed -i 's/discount/less/g' lib/prices.py && mv lib/prices.py lib/shop.py
	run heal_tests
	assert_output --partial "was moved to 'lib/shop.py'"
	run heal review
	refute_output --partial waiting
	assert [ ! -e shop.py ]
}

@test "of a merge that was not finished no mark is left, not in a text either" {
	sed -i 's/^    """The sum/<<<<<<< HEAD\n    """The sum\n=======\n    """A sum\n>>>>>>> other/; s/^    whole = /    """\n<<<<<<< HEAD\n=======\n>>>>>>> other\n    """\n    whole = /' shop.py
	run heal_tests
	assert_failure
	id=$(heal review | awk 'NR == 1 { print $1 }')
	heal review show "$id" | sed -n '/^diff/,$p' | git apply
	run ! grep -E '<<<<<<<|=======|>>>>>>>' shop.py
}

@test "a new test that fails is not taken away: fewer tests prove nothing" {
	sed -i 's/    def test_mean/    def test_none(self):\n        self.assertEqual(mean([]), 0)\n\n    def test_mean/' test_shop.py
	run -1 --separate-stderr heal_tests
	[[ -z $(heal review) ]]
	grep -q test_none test_shop.py
}

@test "a failure that was there before blames no change" {
	spoil
	git commit -qam two
	echo yes >>NOTES
	git commit -qam three
	run -1 --separate-stderr heal_tests
	[[ $stderr != *reverted* && $stderr != *NOTES* ]]
	git diff --quiet
}

@test "it is not looked for where the settings say no" {
	spoil
	HEAL_SUSPECTS=false run -1 heal_tests
	[[ -z $(heal review) ]]
}

@test "analysis says that the line at fault changed last" {
	spoil
	echo 'shop.py:4:12: E999 wrong' | heal-detect >in
	run -0 heal-analyze in
	assert_equal "$(records <<<"$output")" 1
	assert_equal "$(field .analysis.changed <<<"$output")" "since the last commit"
	git commit -qam two
	assert_equal "$(heal-analyze in | field .analysis.changed)" "with the last commit"
	echo 'shop.py:3:5: E999 wrong' | heal-detect | heal-analyze >out
	assert_equal "$(field .analysis.changed <out)" null
}

@test "analysis runs nothing that the repository names" {
	spoil
	printf "#!/bin/sh\ntouch %s/ran\ncat\n" "$BATS_TEST_TMPDIR" >"$BATS_TEST_TMPDIR/evil"
	chmod +x "$BATS_TEST_TMPDIR/evil"
	evil=$BATS_TEST_TMPDIR/evil
	for name in core.fsmonitor core.pager diff.external diff.x.textconv diff.x.command filter.x.clean filter.x.smudge; do
		git config $name "$evil"
	done
	git config core.hooksPath "$BATS_TEST_TMPDIR"
	echo '* diff=x filter=x' >.git/info/attributes
	touch shop.py test_shop.py
	echo 'shop.py:4:12: E999 wrong' | heal-detect | heal-analyze >out
	assert_equal "$(field .analysis.changed <out)" "since the last commit"
	[[ ! -e $BATS_TEST_TMPDIR/ran ]]
}

@test "analysis finds the last commit in a linked working tree, a submodule and a detached repository with packed refs" {
	changed() { echo 'shop.py:4:12: E999 wrong' | heal-detect | heal-analyze | field .analysis.changed; }
	spoil
	git commit -qam two
	git worktree add -q "$BATS_TEST_TMPDIR/linked" HEAD
	git clone -q . "$BATS_TEST_TMPDIR/super/sub"
	git pack-refs --all
	assert_equal "$(changed)" "with the last commit"
	(cd "$BATS_TEST_TMPDIR/linked" && assert_equal "$(changed)" "with the last commit")
	cd "$BATS_TEST_TMPDIR/super"
	git init -q .
	git -c protocol.file.allow=always submodule --quiet add ./sub
	git submodule --quiet absorbgitdirs
	[[ -f sub/.git ]]
	(cd sub && assert_equal "$(changed)" "with the last commit")
	cd sub
	git checkout -q --detach
	assert_equal "$(changed)" "with the last commit"
}

@test "analysis reads no repository of somebody else, and none through a link or alternates" {
	changed() { echo 'shop.py:4:12: E999 wrong' | heal-detect | heal-analyze | field .analysis.changed; }
	spoil
	git commit -qam two
	echo "$PWD/.git/objects" >.git/objects/info/alternates
	assert_equal "$(changed)" null
	rm .git/objects/info/alternates
	mv .git/objects "$BATS_TEST_TMPDIR/objects"
	ln -s "$BATS_TEST_TMPDIR/objects" .git/objects
	assert_equal "$(changed)" null
	rm .git/objects
	mv "$BATS_TEST_TMPDIR/objects" .git/objects
	assert_equal "$(changed)" "with the last commit"
	mv .git "$BATS_TEST_TMPDIR/elsewhere"
	echo "gitdir: $BATS_TEST_TMPDIR/elsewhere" >.git
	assert_equal "$(changed)" null
}
