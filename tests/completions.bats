#!/usr/bin/env bats
# Completions: made from the tools' option tables, loaded by each shell, and offering what they should.

setup() {
	load helper
	heal_setup
	files=$HEAL_BUILD/completions
}

# complete_words WORD...: what bash offers for the last word
complete_words() {
	bash --norc -c '
		source "$1/$2"; shift
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		function=$(complete -p "$1" | sed "s/.*-F \([^ ]*\).*/\1/")
		"$function" "$1" "${@: -1}" "${@: -2:1}"
		printf "%s\n" "${COMPREPLY[@]}"' - "$files" "$@"
}

@test "bash completes long options" {
	run -0 complete_words heal-log --qu
	assert_output -- --quiet
}

@test "bash offers the letters too" {
	run -0 complete_words heal-rules -
	assert_line -- -o
	assert_line -- --output
	assert_line -- --help
}

@test "bash completes sub-commands in the first place" {
	run -0 complete_words heal-log his
	assert_output history
	touch history.txt
	run -0 complete_words heal-log show his
	assert_output history.txt
}

@test "bash completes the words of a choice" {
	run -0 complete_words heal-detect --format gith
	assert_output github
}

@test "bash completes files where a value is one" {
	touch packs.yaml
	run -0 complete_words heal-detect --packs pa
	assert_output packs.yaml
}

@test "behind -- bash completes a command" {
	run -0 complete_words heal-log -- mandoc-or-nothing
	assert_output ''
	run -0 complete_words heal-log -- tru
	assert_line true
}

@test "bash loads every file" {
	for file in "$files"/heal*; do
		[[ $file == *.fish ]] || bash -n "$file"
	done
}

@test "zsh loads every file" {
	need zsh
	for file in "$files"/_heal*; do
		run -0 --separate-stderr zsh -f -n "$file"
		assert_equal "$stderr" ''
	done
}

@test "fish offers options and choices" {
	need fish
	for file in "$files"/*.fish; do
		run -0 fish --no-config --no-execute "$file"
	done
	run -0 fish --no-config -c "source $files/heal-detect.fish; complete -C 'heal-detect --format gi'"
	assert_line --partial github
}

@test "every option of a tool is completed" {
	local letter long
	while IFS=$'\t' read -r letter long _; do
		run -0 complete_words heal-detect "$long"
		assert_line -- "$long"
	done < <(heal-detect --list-options)
}
