# shellcheck shell=bash
# environment.bash - where the built tools are, and the environment that they are tested in
#
# For helper.bash and repair-case.  Sets HEAL_SOURCE and HEAL_BUILD.

heal_find_build() {
	local dir
	HEAL_SOURCE=${HEAL_SOURCE:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
	for dir in "${HEAL_BUILD:-}" "$HEAL_SOURCE/build-dev" "$HEAL_SOURCE/build"; do
		if [[ -n $dir && -d $dir/tools ]]; then
			HEAL_BUILD=$(cd "$dir" && pwd)
			return
		fi
	done
	echo "no build folder: run ./bootstrap build, or set HEAL_BUILD" >&2
	return 1
}

heal_clean_environment() {
	local name
	for name in $(compgen -e); do
		case $name in
		HEAL_BUILD | HEAL_SOURCE) ;;
		HEAL_* | SELF_HEAL_* | TF_* | ANSIBLE_* | PIP_* | NPM_* | npm_* | GO* | CARGO* | RUST* | PYTHON* | NODE_* | GIT_* | GITHUB_* | \
			CC | CXX | CFLAGS | CPPFLAGS | LDFLAGS | MAKEFLAGS | MAKELEVEL | MFLAGS | NO_COLOR | CLICOLOR* | FORCE_COLOR | CI | \
			LANG | LANGUAGE | LC_* | XDG_* | VIRTUAL_ENV | EDITOR | VISUAL | PAGER | http_proxy | https_proxy | HTTP_PROXY | HTTPS_PROXY)
			unset "$name" ;;
		esac
	done
	unset BASH_ENV ENV CDPATH
}

# heal_environment FOLDER: a private HOME and TMPDIR below FOLDER, the built tools and packs, nothing of the developer's.
heal_environment() {
	heal_clean_environment
	export HEAL_BUILD HEAL_SOURCE
	export HOME=$1/home TMPDIR=$1/tmp LC_ALL=C.UTF-8 TERM=dumb
	export XDG_CONFIG_HOME=$HOME/.config XDG_STATE_HOME=$HOME/.local/state
	export XDG_CACHE_HOME=$HOME/.cache XDG_DATA_HOME=$HOME/.local/share
	export PATH=$HEAL_BUILD/tools:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
	export HEAL_PACKS=$HEAL_BUILD/share/heal.pack
	export TF_CLI_CONFIG_FILE=/dev/null CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1 npm_config_userconfig=/dev/null
	mkdir -p "$HOME" "$TMPDIR"
}
