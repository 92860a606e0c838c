#!/bin/sh
# generate.sh SHELL NAME PROGRAM - the completion file of one tool, on standard output
#
# The options come from the tool itself: PROGRAM --list-options prints one a line, as
#     -p<tab>--packs<tab>DIR<tab>help        (a blank in place of -p where there is no letter)
# and so does PROGRAM SUBCOMMAND --list-options for each word that the file `subcommands` has
# behind NAME.  An argument named "a|b|c" is a choice of these words, one that names a
# directory completes directories, any other completes files.
set -eu

shell=$1 name=$2 program=$3
function=_$(printf %s "$name" | tr - _)
subcommands=$(sed -n "s/^$name //p" "$(dirname "$0")/subcommands")
tab=$(printf '\t')

tables() {
	"$program" --list-options
	for subcommand in $subcommands; do
		"$program" "$subcommand" --list-options
	done
	printf '%s\n' "-h${tab}--help${tab}${tab}show how it is used" " ${tab}--version${tab}${tab}show the version"
}

# The first row of each option; sub-commands share many.
rows=$(tables </dev/null | awk -F'\t' '!seen[$2]++')

# Calls row LETTER LONG ARG HELP for each option.
each_row() {
	printf '%s\n' "$rows" |
		while IFS= read -r line; do
			letter=${line%%"$tab"*} line=${line#*"$tab"}
			long=${line%%"$tab"*} line=${line#*"$tab"}
			arg=${line%%"$tab"*} help=${line#*"$tab"}
			[ "$letter" != ' ' ] || letter=
			row "$letter" "$long" "$arg" "$help"
		done
}

kind_of() { # of an argument
	case $1 in
	*'|'*) echo words ;;
	*[Dd][Ii][Rr]*) echo directory ;;
	*) echo file ;;
	esac
}

words_of() { printf %s "$1" | tr '|' ' '; }

bash_file() {
	# shellcheck disable=SC2086 # no letter, no word
	row() { printf '%s ' $1 $2; }
	options=$(each_row)
	row() {
		[ -n "$3" ] || return 0
		case $(kind_of "$3") in
		words) how="-W '$(words_of "$3")'" ;;
		directory) how=-d ;;
		file) how=-f ;;
		esac
		# shellcheck disable=SC2016
		printf '\t%s) mapfile -t COMPREPLY < <(compgen %s -- "$cur"); return ;;\n' "${1:+$1 | }$2" "$how"
	}
	cat <<END
# bash completion for $name; made from its option table
$function()
{
	local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} i
	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		[[ \${COMP_WORDS[i]} == -- ]] || continue
		# a command line of its own follows
		if ((i + 1 == COMP_CWORD)); then
			mapfile -t COMPREPLY < <(compgen -c -- "\$cur")
		else
			mapfile -t COMPREPLY < <(compgen -f -- "\$cur")
		fi
		return
	done
	case \$prev in
$(each_row)
	esac
	if [[ \$cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W '${options% }' -- "\$cur")
	elif ((COMP_CWORD == 1)) && [[ -n '$subcommands' ]]; then
		mapfile -t COMPREPLY < <(compgen -W '$subcommands' -- "\$cur")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "\$cur")
	fi
}
complete -o filenames -F $function $name
END
}

zsh_file() {
	row() {
		help=$(printf %s "$4" | sed -e 's/[]:[\\]/\\&/g' -e "s/'/'\\\\''/g")
		value=
		if [ -n "$3" ]; then
			case $(kind_of "$3") in
			words) value=":value:($(words_of "$3"))" ;;
			directory) value=":$3:_directories" ;;
			file) value=":$3:_files" ;;
			esac
		fi
		if [ -n "$1" ]; then
			printf "\t'(%s %s)'{%s,%s}'[%s]%s' \\\\\n" "$1" "$2" "$1" "$2" "$help" "$value"
		else
			printf "\t'%s[%s]%s' \\\\\n" "$2" "$help" "$value"
		fi
	}
	printf '#compdef %s\n# made from its option table\n_arguments -s -S \\\n' "$name"
	each_row
	[ -z "$subcommands" ] || printf "\t'1:command:(%s)' \\\\\n" "$subcommands"
	printf "\t'*:file:_files'\n"
}

fish_file() {
	row() {
		help=$(printf %s "$4" | sed -e 's/\\/\\\\/g' -e "s/'/\\\\'/g")
		how=
		if [ -n "$3" ]; then
			case $(kind_of "$3") in
			words) how=" -x -a '$(words_of "$3")'" ;;
			directory) how=" -x -a '(__fish_complete_directories)'" ;;
			file) how=' -r' ;;
			esac
		fi
		printf "complete -c %s%s -l %s%s -d '%s'\n" "$name" "${1:+ -s ${1#-}}" "${2#--}" "$how" "$help"
	}
	printf '# fish completion for %s; made from its option table\n' "$name"
	each_row
	[ -z "$subcommands" ] ||
		printf "complete -c %s -n __fish_use_subcommand -a '%s'\n" "$name" "$subcommands"
}

case $shell in
bash | zsh | fish) "${shell}_file" ;;
*)
	echo "generate.sh: unknown shell '$shell'" >&2
	exit 2
	;;
esac
