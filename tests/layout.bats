#!/usr/bin/env bats
# The shape of the source: arrows point down, one room a foreign library, no shell, nothing banned.

setup() {
	load helper
	heal_setup
	cd "$HEAL_SOURCE"
}

# from the top; a room uses only rooms behind it
rooms=(loop present store validate fix analyze detect rules gate config record base)

# only LIBRARY-HEADER PATTERN FILE...: the header appears in exactly these files
only() {
	local header=$1
	shift
	run -0 bash -c 'grep -rlE "$1" lib tools | sort' - "#include <$header>"
	assert_output "$(printf '%s\n' "$@" | sort)"
}

@test "no include climbs out of its room" {
	run -1 grep -rnE '#include "[^"]*/' lib tools tests/unit tests/fuzz
}

@test "a room includes headers of rooms below it only" {
	local bad=() i room file header found
	for i in "${!rooms[@]}"; do
		room=${rooms[i]}
		for file in lib/"$room"/*.[ch]; do
			while read -r header; do
				found=0
				for lower in "${rooms[@]:i}"; do
					[[ -e lib/$lower/$header ]] && found=1
				done
				((found)) || bad+=("$file: $header")
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
	local bad=()
	for file in lib/*/*.h; do
		[[ $(head -n 1 "$file") == "/* ${file##*/} - "* ]] && grep -q '^#ifndef HEAL_' "$file" || bad+=("$file")
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
	assert_output lib/loop/runner_exec.c
}

@test "functions that overrun or keep hidden state are not used" {
	run -1 grep -rnE '\b(strcpy|strcat|sprintf|vsprintf|strtok|gets|localtime|gmtime|ctime|asctime|tmpnam|tempnam|mktemp|alloca|atoi|atol)[[:space:]]*\(' lib tools --include='*.[ch]'
}

@test "the library prints nothing, but for its known voices" {
	# diag.c speaks for the tools, opt.c is asked to, describe.c is a program, user.c passes on what
	# heal-rules says of a user's faulty pack, talk.c is where heal run talks with the person
	local voices='base/diag|base/opt|record/describe|rules/user|loop/talk'
	run -1 bash -c 'grep -rnE "\b(printf|puts|putchar|perror)[[:space:]]*\(|fprintf\((stdout|stderr)" lib --include="*.[ch]" |
		grep -vE "^lib/($1)\.c:|format\(printf"' - "$voices"
	assert_output ''
}

@test "no file is longer than 700 lines" {
	run -0 bash -c 'find lib tools tests -name "*.[ch]" | xargs wc -l | awk "\$2 != \"total\" && \$1 > 700"'
	assert_output ''
}

@test "nothing is left open in the source" {
	run -1 grep -rnE '\b(TODO|FIXME|XXX)\b' lib tools man completions bootstrap
}
