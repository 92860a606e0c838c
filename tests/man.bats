#!/usr/bin/env bats
# The manual is true: every tool has a page, the pages are well-formed, their options are the
# tools' options, and their examples do what they show.
#
# An example that is run is a `.Bd -literal` display in the section EXAMPLES:
#
#     $ command         a line that begins with "$ " is given to bash; "> " goes on with it
#     output            the lines up to the next "$ " or the end are what it prints, errors too;
#                       "..." within a line stands for any text, a line "..." for any lines
#
# All displays of a page share one shell and one empty directory, in their order.  A display
# without "$ " is not run.  heal-record.5 and heal-rules.5 are made at build time; their examples count too.

setup() {
	load helper
	heal_setup
	cd "$HEAL_SOURCE/man"
}

tools() {
	local source name
	for source in "$HEAL_SOURCE"/tools/*.c; do
		name=${source##*/}
		[[ -x $HEAL_BUILD/tools/${name%.c} ]] && echo "${name%.c}"
	done
}

# section PAGE NAME: its text, without the overstriking
section() {
	mandoc -T ascii -O width=200 "$1" | sed 's/.\x08//g' | awk -v name="$2" '/^[A-Z]/ { on = $0 == name } on'
}

options_in() {
	grep -oE '(^|[][ (|,=])--?[a-zA-Z][-a-zA-Z0-9]*' | sed 's/^[][ (|,=]//' | sort -u
}

# The tool's own list, those of its sub-commands with it; "-x --xyz" a line.
options_of() {
	local tool=$1 sub
	{
		"$tool" --list-options
		for sub in ${2:-}; do
			"$tool" "$sub" --list-options
		done
	} | awk -F'\t' '{ print $1, $2 }' | sort -u
}

subcommands_of() {
	sed -n "s/^$1 //p" "$HEAL_SOURCE/completions/subcommands"
}

@test "every tool has a page that names it" {
	local bad=()
	for tool in $(tools); do
		[[ -e $tool.1 ]] && grep -qx ".Nm $tool" "$tool.1" || bad+=("$tool")
	done
	[[ ${#bad[@]} -eq 0 ]] || fail "without a page: ${bad[*]}"
}

@test "every page of a tool has its sections in order" {
	local want='NAME SYNOPSIS DESCRIPTION EXIT STATUS EXAMPLES SEE ALSO' got
	for page in *.1; do
		got=$(sed -n 's/^\.Sh //p' "$page" | grep -xE 'NAME|SYNOPSIS|DESCRIPTION|EXIT STATUS|EXAMPLES|SEE ALSO' | paste -sd ' ')
		assert_equal "$page: $got" "$page: $want"
	done
}

@test "every sub-command stands in its tool's help and page" {
	local bad=() tool sub
	for tool in $(tools); do
		for sub in $(subcommands_of "$tool"); do
			"$tool" --help | grep -qw -- "$sub" || bad+=("$tool --help: $sub")
			grep -qE "^\.(Cm|Ic|It Cm|It Ic) $sub" "$tool.1" || bad+=("$tool.1: $sub")
		done
	done
	[[ ${#bad[@]} -eq 0 ]] || { printf '%s\n' "${bad[@]}"; false; }
}

@test "every page passes mandoc's lint" {
	need mandoc
	run -0 mandoc -T lint -W warning ./*.[1-8] "$HEAL_BUILD"/man/heal-{record,rules}.5
	assert_output ''
}

@test "the synopsis has the options that the tool has" {
	need mandoc
	local bad=() synopsis letter long option known
	for tool in $(tools); do
		[[ -e $tool.1 ]] || continue
		synopsis=" $(section "$tool.1" SYNOPSIS | options_in | tr '\n' ' ') "
		known=' -h --help --version '
		while read -r letter long; do
			[[ -n $long ]] || { long=$letter letter=; }
			known+="$letter $long "
			[[ $synopsis == *" $long "* || (-n $letter && $synopsis == *" $letter "*) ]] ||
				bad+=("$tool: $long is not in the synopsis")
		done < <(options_of "$tool" "$(subcommands_of "$tool")")
		for option in $synopsis; do
			[[ $known == *" $option "* ]] || bad+=("$tool: the synopsis invents $option")
		done
	done
	[[ ${#bad[@]} -eq 0 ]] || { printf '%s\n' "${bad[@]}"; false; }
}

@test "the description explains each option" {
	need mandoc
	local bad=() text letter long
	for tool in $(tools); do
		[[ -e $tool.1 ]] || continue
		text=" $(section "$tool.1" DESCRIPTION | options_in | tr '\n' ' ') "
		while read -r letter long; do
			[[ -n $long ]] || long=$letter
			[[ $text == *" $long "* ]] || bad+=("$tool: $long")
		done < <(options_of "$tool" "$(subcommands_of "$tool")")
	done
	[[ ${#bad[@]} -eq 0 ]] || { printf '%s\n' "${bad[@]}"; false; }
}

@test "the examples print what the pages say" {
	local bad=() page
	for page in *.1 *.5 *.7 "$HEAL_BUILD"/man/heal-{record,rules}.5; do
		[[ -e $page ]] || continue
		page=$(readlink -f "$page")
		mkdir -p "$BATS_TEST_TMPDIR/${page##*/}"
		cd "$BATS_TEST_TMPDIR/${page##*/}"
		# what is learned in the examples of one page does not act in another
		XDG_STATE_HOME=$BATS_TEST_TMPDIR/state.${page##*/} /usr/bin/python3 "$HEAL_SOURCE/tests/man_examples.py" "$page" || bad+=("${page##*/}")
		cd "$HEAL_SOURCE/man"
	done
	[[ ${#bad[@]} -eq 0 ]] || fail "examples that are not so: ${bad[*]}"
}

@test "pages name only pages that exist" {
	local bad=() name section
	while read -r name section; do
		[[ $name == heal* ]] || continue
		[[ -e $name.$section || -e $HEAL_BUILD/man/$name.$section ]] || bad+=("$name($section)")
	done < <(sed -n 's/^\.Xr \([^ ]*\) \([1-8]\).*/\1 \2/p' ./*.[1-8] "$HEAL_BUILD"/man/heal-{record,rules}.5 | sort -u)
	[[ ${#bad[@]} -eq 0 ]] || fail "no such page: ${bad[*]}"
}
