# The attacks' own judge: a case fails where the attack got through.
setup() { load helper; heal_setup; }

# judged SCRIPT: what attack-cases says of this one attack
judged() {
	printf 'attack: %s\n' "$1" >one.attacks
	run -"${2:-1}" "$HEAL_SOURCE/tests/attack-cases" --attacks .
}

@test "an attack whose code ran is reported" {
	judged 'touch $OUT/ran'
	assert_output --partial 'not ok 1 one/attack'
	assert_output --partial 'something outside the tree changed: ran'
}

@test "an attack that changed the tree is reported" {
	judged 'touch a; snapshot; echo x >a; unchanged'
	assert_output --partial 'not ok 1'
}

@test "a tool that crashes is reported" {
	judged 'refute sh -c "kill -SEGV \$\$"'
	assert_output --partial 'not ok 1'
}

@test "an attack that changed nothing held" {
	judged 'echo x >a; snapshot; says x a; refute false; unchanged' 0
	assert_line 'ok 1 one/attack'
}

@test "an attack on a missing program is skipped by its name" {
	judged 'needs no-such-program' 0
	assert_line 'ok 1 one/attack # SKIP no no-such-program'
}

@test "a byte that a terminal interprets, and a character that nobody sees, are reported" {
	for text in 'a\033[1mb' 'a\rb' 'a\342\200\256b' 'a\363\240\201\201b'; do
		printf "$text" >text
		judged "plain $PWD/text"
	done
	printf 'a\tb\n\303\244\n' >text
	judged "plain $PWD/text" 0
}
