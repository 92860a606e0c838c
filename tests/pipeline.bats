#!/usr/bin/env bats
# The tools together, as the README shows them and as people put them in pipes

setup() {
	load helper
	heal_setup
	printf 'all:\n        echo built\n' >Makefile
	need make
}

@test "the README's examples print what it says" {
	# its console blocks, as a manual page's examples
	{
		printf '.Sh EXAMPLES\n'
		awk '/^```console$/ { print ".Bd -literal"; on = 1; next } /^```$/ { if (on) print ".Ed"; on = 0; next }
			on { gsub(/\\/, "\\e"); print }' "$HEAL_SOURCE/README.md"
	} >readme.page
	[[ $(grep -c '^\$ ' readme.page) -ge 9 ]]
	rm Makefile
	unset HEAL_PACKS
	run -0 /usr/bin/python3 "$HEAL_SOURCE/tests/man_examples.py" readme.page
	assert_output ''
}

@test "the README names only files that there are" {
	run -0 bash -c 'grep -oE "\`[^\` ]+/[^\` ]*\`" "$HEAL_SOURCE/README.md" | tr -d "\`"'
	cd "$HEAL_SOURCE"
	for name in $output; do
		case $name in
		./build | build-dev | /usr/* | "~"/*) continue ;;
		esac
		compgen -G "$name" >/dev/null || fail "$name"
	done
}

@test "the whole pipe mends a project, and everything of it can be taken back" {
	cp -p Makefile before
	run -0 bash -c 'make 2>&1 | heal-detect | heal-analyze | heal-fix --apply | heal-validate -- make | heal-log | tee out'
	assert_equal "$(records <out)" 1
	assert_equal "$(field '[.fix.status, .validation.status, .validation.resolved] | @json' <out)" '["applied","passed",true]'
	run -0 make -s
	assert_output built
	run -0 heal-log history
	assert_output --partial fixed
	heal undo
	cmp before Makefile
}

@test "a healed tree gives nothing to heal" {
	make 2>&1 | heal-detect | heal-analyze | heal-fix --apply >/dev/null
	cp Makefile healed
	run -0 bash -c 'make 2>&1 | heal-detect | heal-analyze | heal-fix --apply'
	assert_output ''
	cmp healed Makefile
}

@test "every stage keeps what it does not know, and the order" {
	cat >in <<-'END'
		{"heal":1,"kind":"event","id":"1","event":{"name":"fix_failed"},"own":{"a":[1.50,null,"\u00e9"]}}
		{"heal":1,"kind":"incident","id":"2","error":{"rule":"none.such","level":"error","message":"m","own":1e3},"own":0.10}
		{"heal":1,"kind":"health","id":"3","own":"x"}
	END
	run -0 bash -c 'heal-analyze in | heal-fix | heal-validate -- true | heal-log'
	assert_equal "$(field .id <<<"$output" | paste -sd' ')" '1 2 3'
	[[ $output == *'"own":{"a":[1.50,null,"\u00e9"]}'* ]]
	[[ $output == *'"own":1e3'* ]]
	[[ $output == *'"own":0.10'* ]]
	assert_equal "${lines[0]}" "$(head -n 1 in)"
}

@test "a line that is no record costs that line in every stage" {
	good='{"heal":1,"kind":"event","id":"1","event":{"name":"fix_failed"}}'
	for stage in heal-analyze heal-fix 'heal-validate -- true' heal-log; do
		run -2 --separate-stderr bash -c 'printf "%s\n" "$1" "no record" "$1" | $2' - "$good" "$stage"
		assert_equal "${#lines[@]}" "$([[ $stage == heal-log ]] && echo 2 || echo 2)"
		[[ $stderr == *":2: "* ]] || fail "$stage: $stderr"
	done
}

@test "what a slow producer says is seen at the end of the pipe before it says more" {
	mkfifo in out
	heal-detect <in | heal-analyze | heal-fix | heal-log >out &
	exec 4>in 5<out
	printf 'Makefile:2: *** missing separator.  Stop.\n' >&4
	read -r -t 20 -u 5 first
	exec 4>&-
	assert_equal "$(field '[.error.rule, .fix.status] | @json' <<<"$first")" '["make.syntax","planned"]'
	wait $!
	exec 5<&-
}

@test "a reader that goes away ends the pipe" {
	run timeout 60 bash -c 'yes "Makefile:2: *** missing separator.  Stop." | heal-detect | heal-analyze | head -n 1'
	assert_success
	assert_equal "$(records <<<"$output")" 1
}

@test "heal X starts heal-X, with its exit status" {
	run -0 heal detect /dev/null
	run -2 heal detect --nonsense
	run -2 heal nonsense
	printf 'Makefile:2: *** missing separator.  Stop.\n' >log
	run -1 heal detect --exit-code log
}

@test "a hostile log changes nothing but what it may" {
	printf 'x\n' >"$BATS_TEST_TMPDIR/outside"
	cat >log <<-'END'
		../outside:1: *** missing separator.  Stop.
		/etc/passwd:1: *** missing separator.  Stop.
		$(touch${IFS}pwned):2: *** missing separator.  Stop.
		Makefile;touch$IFS`pwned`:2: *** missing separator.  Stop.
		.git/config:1: *** missing separator.  Stop.
	END
	mkdir .git
	printf ' x\n' >.git/config
	find . "$BATS_TEST_TMPDIR/outside" -type f -not -name 'tree*' -exec sha256sum {} + | sort >"$BATS_TEST_TMPDIR/tree1"
	heal-detect log | heal-analyze | heal-fix --apply --yes >out || :
	rm -f out
	find . "$BATS_TEST_TMPDIR/outside" -type f -not -name 'tree*' -exec sha256sum {} + | sort >"$BATS_TEST_TMPDIR/tree2"
	diff "$BATS_TEST_TMPDIR/tree1" "$BATS_TEST_TMPDIR/tree2"
}
