#!/usr/bin/env bats
# Columns: tools count bytes, characters, UTF-16 units or what a terminal shows; a record counts bytes, or says what else

setup() {
	load helper
	heal_setup
	printf 'int f(void)\n{\n\t\treturn undeclared;\n\t/* \xc3\xa4\xe4\xb8\xad */ return und2;\n}\n' >a.c
}

# What a filter says of each incident that has a place: line, column, counts
places() {
	field 'select(.error.column) | [.error.line, .error.column, .error.counts // "bytes"] | join(" ")'
}

# is_made_bytes DETECTED ANALYSED COMMAND... : the places that heal-detect and then heal-analyze give
is_made_bytes() {
	local detected=$1 analysed=$2
	shift 2
	"$@" 2>&1 | heal-detect >found || :
	assert_equal "$(places <found)" "$detected"
	heal-analyze <found >why
	assert_equal "$(places <why)" "$analysed"
	assert_equal "$(records <why)" "$(wc -l <found)"
}

@test "gcc counts what it shows: tabs up to the next eighth column, wide characters as two" {
	need gcc
	[[ $(gcc -dumpversion) -ge 11 ]] || skip "gcc before 11 counts bytes"
	is_made_bytes $'3 24 display\n4 26 display' $'3 10 bytes\n4 21 bytes' gcc -c a.c
	is_made_bytes $'3 24 display\n4 26 display' $'3 10 bytes\n4 21 bytes' gcc -c -fno-diagnostics-show-caret a.c
}

@test "where gcc was told to count bytes its own mark below the line tells" {
	need gcc
	[[ $(gcc -dumpversion) -ge 11 ]] || skip "gcc before 11 counts bytes"
	is_made_bytes $'3 10 display\n4 21 display' $'3 10 bytes\n4 21 bytes' gcc -c -fdiagnostics-column-unit=byte a.c
}

@test "a caret gives the column where the tool gives none" {
	need python3
	printf 'def f():\n\tx = (1,\n\treturn x +* 2\n' >b.py
	is_made_bytes '' '3 12 bytes' python3 -c 'import sys; sys.stderr.write("  File \"b.py\", line 3\n    return x +* 2\n              ^\nSyntaxError: invalid syntax\n")'
}

@test "clang counts bytes" {
	need clang
	is_made_bytes $'3 10 bytes\n4 21 bytes' $'3 10 bytes\n4 21 bytes' clang -c a.c
}

@test "rustc counts characters, an end too" {
	need rustc
	[[ ! -d ~root/.rustup || ! -r ~root ]] || export RUSTUP_HOME=${RUSTUP_HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)/.rustup}
	printf 'fn main() {\n\t\tlet _a = "\xc3\xa4\xe4\xb8\xad"; b;\n}\n' >a.rs
	is_made_bytes '2 18 characters' '2 21 bytes' rustc a.rs
	is_made_bytes '2 18 characters' '2 21 bytes' rustc --error-format=json a.rs
	assert_equal "$(field '.error.end_column // empty' <why | head -n 1)" 22
}

@test "tsc counts UTF-16 units" {
	need tsc
	printf '\t\tlet a = "\xc3\xa4\xf0\x9f\x98\x80"; bbb;\n' >a.ts
	is_made_bytes '1 18 utf-16' '1 21 bytes' tsc --noEmit a.ts
}

@test "where the file cannot be read, is shorter or has no such place, the record goes on saying what its tool counts" {
	echo 'b.c:3:24: error: x undeclared' >log
	is_made_bytes '3 24 display' '3 24 display' cat log
	echo 'a.c:9:24: error: x undeclared' >log
	is_made_bytes '9 24 display' '9 24 display' cat log
	echo 'a.c:3:12: error: x undeclared' >log # within the second tab
	is_made_bytes '3 12 display' '3 12 display' cat log
}

@test "the first column is the first for every tool, and nothing is said of it" {
	echo 'b.c:3:1: error: x undeclared' >log
	is_made_bytes '3 1 bytes' '3 1 bytes' cat log
}

@test "an editor gets the byte's column without heal-analyze, where the file is there" {
	need gcc
	[[ $(gcc -dumpversion) -ge 11 ]] || skip "gcc before 11 counts bytes"
	gcc -c -fno-diagnostics-show-caret a.c 2>&1 | heal-detect --format gnu >out || :
	grep -q '^a.c:3:10: error' out
	grep -q '^a.c:4:21: error' out
}
