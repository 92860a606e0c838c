#!/usr/bin/env bats
# The shape of the source: arrows point down, one room a foreign library, no shell, nothing banned.

setup() {
	load helper
	heal_setup
	cd "$HEAL_SOURCE"
}

# from the top; a room uses only rooms behind it
rooms=(loop alert llm health learn present store validate fix lsp sandbox exec journal policy analyze detect lang tree redact jsonschema rules config gate record statistics base)

# only LIBRARY-HEADER PATTERN FILE...: the header appears in exactly these files
only() {
	local header=$1
	shift
	run -0 bash -c 'grep -rlE "$1" lib tools | sort' - "#include <$header>"
	assert_output "$(printf '%s\n' "$@" | sort)"
}

@test "every include of a library header says its room" {
	run -1 bash -c 'grep -rnE "#include \"" lib tools tests/unit tests/fuzz --include="*.[ch]" |
		grep -vE "#include \"(($1)/[a-z0-9_]+\.(h|def|inc)|[a-z_]+\.(h|def|inc))\""' - "$(IFS='|'; echo "${rooms[*]}")"
	# without a room only what lies beside it: another file of a tool or of the tests
	run -1 grep -rnE '#include "[^"/]*"' lib --include='*.[ch]'
}

@test "a room includes headers of its own and of rooms below it only" {
	local bad=() i room file header
	for i in "${!rooms[@]}"; do
		room=${rooms[i]}
		for file in lib/"$room"/*.[ch]; do
			while read -r header; do
				[[ " ${rooms[*]:i} " == *" ${header%%/*} "* && -e lib/$header ]] || bad+=("$file: $header")
			done < <(sed -n 's/^#include "\(.*\)"/\1/p' "$file")
		done
	done
	[[ ${#bad[@]} -eq 0 ]] || { printf '%s\n' "${bad[@]}"; false; }
}

@test "every room is in the order, and the order has no other" {
	run -0 bash -c 'ls -d lib/*/ | xargs -n1 basename | sort'
	assert_output "$(printf '%s\n' "${rooms[@]}" | sort)"
}

@test "no two rooms have a header of the same name" {
	run -0 bash -c 'ls lib/*/*.h | xargs -n1 basename | sort | uniq -d'
	assert_output ''
}

@test "each header guards itself and begins with what it is" {
	local bad=() guard
	for file in lib/*/*.h; do
		guard=${file#lib/} guard=${guard//[\/.]/_}
		[[ $(head -n 1 "$file") == "/* ${file##*/} - "* ]] && grep -qx "#ifndef HEAL_${guard^^}" "$file" || bad+=("$file")
	done
	[[ ${#bad[@]} -eq 0 ]] || { printf '%s\n' "${bad[@]}"; false; }
}

@test "a foreign library is known in one place" {
	only 'pcre2\.h' lib/rules/regex.c
	only 'yajl/.*' lib/record/json.c
	only 'curl/.*' tools/heal-open.c
	only 'archive.*\.h' tools/heal-open.c
	run -0 bash -c 'grep -rl "#include <yaml.h>" lib tools | wc -l'
	assert_output 1
	run -0 bash -c 'grep -rl "#include <sqlite3.h>" lib tools | grep -cv "^lib/store/" || :'
	assert_output 0
}

@test "heal-detect needs the C library, PCRE2 and yajl, nothing else" {
	need readelf
	run -0 bash -c 'readelf -d "$1" | sed -n "s/.*(NEEDED).*\[\(lib[a-z0-9_-]*\).*/\1/p" | sort' - "$HEAL_BUILD/tools/heal-detect"
	for library in $output; do
		case $library in
		libc | libpcre2-8 | libyajl | libasan | libubsan) ;;
		*) fail "heal-detect needs $library" ;;
		esac
	done
}

@test "no shell is ever started" {
	run -1 grep -rnE '\b(system|popen)[[:space:]]*\(|wordexp' lib tools --include='*.[ch]'
	# but the user's own script without "#!" runs as execvp would run it
	run -0 bash -c 'grep -rlE "\"/?(usr/)?(bin/)?(ba|da)?sh\"" lib tools --include="*.[ch]"'
	assert_output lib/exec/runner_exec.c
}

@test "functions that overrun or keep hidden state are not used" {
	run -1 grep -rnE '\b(strcpy|strcat|sprintf|vsprintf|strtok|gets|localtime|gmtime|ctime|asctime|tmpnam|tempnam|mktemp|alloca|atoi|atol)[[:space:]]*\(' lib tools --include='*.[ch]'
}

@test "the library prints nothing, but for its known voices" {
	# diag.c speaks for the tools, opt.c is asked to, describe.c is a program, user.c passes on what
	# heal-rules says of a user's faulty pack, ui.c is where heal run talks with the person
	local voices='base/diag|base/opt|record/describe|rules/user|loop/ui'
	run -1 bash -c 'grep -rnE "\b(printf|puts|putchar|perror)[[:space:]]*\(|fprintf\((stdout|stderr)" lib --include="*.[ch]" |
		grep -vE "^lib/($1)\.c:|format\(printf"' - "$voices"
	assert_output ''
}

@test "every C file is as clang-format writes it" {
	need clang-format
	# another version writes some lines otherwise
	clang-format --version | grep -q 'version 14\.' || skip "clang-format is not version 14"
	run -0 bash -c 'find lib tools tests -name "*.[ch]" -not -path "*/bench/sound/*" -not -path "*/repair/*" | xargs clang-format --dry-run -Werror'
}

@test "no file is longer than 700 lines" {
	run -0 bash -c 'find lib tools tests -name "*.[ch]" | xargs wc -l | awk "\$2 != \"total\" && \$1 > 700"'
	assert_output ''
}

@test "nothing is left open in the source" {
	run -1 grep -rnE '\b(TODO|FIXME|XXX)\b' lib tools man completions bootstrap
}
