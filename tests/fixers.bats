#!/usr/bin/env bats
# fixers.bats - a tool's own fixer is run for what the tool reports: each with the real tool, skipped where it is not installed.
#
# Tools of Node.js are also looked for below node_modules at the top of the source.  What repair/ shows (shfmt, shellcheck,
# clang-format, black, phpcbf, terraform fmt) is not repeated here.

setup() {
	load helper
	heal_setup
	export GOFLAGS=-buildvcs=false GOPROXY=off GOTOOLCHAIN=local
	PATH=$HEAL_SOURCE/node_modules/.bin:$PATH
}

# mended FILE TEXT COMMAND...: the command fails for FILE, heal run makes it pass, and FILE holds TEXT then.
mended() {
	local file=$1 text=$2
	shift 2
	run "$@"
	((status != 0)) || { echo "it passes as it is: $output" && return 1; }
	run heal run --yes --no-color -- "$@"
	((status == 0)) || { echo "status $status: $output" && return 1; }
	grep -qF -- "$text" "$file" || { cat "$file" && return 1; }
}

@test "ruff" {
	need ruff
	printf 'import os\nimport sys\n\nprint(sys.argv)\n' >a.py
	mended a.py 'import sys' ruff check a.py
	! grep -q 'import os' a.py
}

@test "gofmt" {
	need gofmt
	printf 'package a\n\nfunc  f( ) { }\n' >a.go
	mended a.go 'func f() {}' sh -c 'gofmt -d . | tee diff && ! grep -q . diff'
}

@test "golangci-lint" {
	need golangci-lint go
	printf 'module example.com/a\n\ngo 1.19\n' >go.mod
	printf 'package a\n\n// F does so, as it recieves.\nfunc F() {}\n' >a.go
	mended a.go 'as it receives' golangci-lint run --enable misspell
}

@test "cargo fix" {
	need cargo
	mkdir src
	printf '[package]\nname = "a"\nversion = "0.1.0"\nedition = "2021"\n' >Cargo.toml
	printf '#![deny(warnings)]\n\nfn main() {\n    let mut x = (1);\n    println!("{}", x);\n}\n' >src/main.rs
	mended src/main.rs 'let x = 1;' cargo build --quiet --offline
}

@test "RuboCop" {
	need rubocop
	printf '# frozen_string_literal: true\n\nputs "a"\n' >a.rb
	mended a.rb "puts 'a'" rubocop a.rb
}

@test "ESLint" {
	need eslint
	eslint --version >/dev/null 2>&1 || skip "eslint does not run"
	printf '{"root": true, "parserOptions": {"ecmaVersion": 2020}, "rules": {"no-extra-boolean-cast": "error"}}\n' >.eslintrc.json
	printf 'module.exports = [{ rules: { "no-extra-boolean-cast": "error" } }];\n' >eslint.config.js
	printf 'const b = 1;\nconst a = !!!b;\n' >a.js
	mended a.js 'const a = !b;' eslint a.js
}

@test "stylelint" {
	need stylelint
	printf '{"rules": {"color-hex-length": "short"}}\n' >.stylelintrc.json
	printf 'a {\n  color: #ffffff;\n}\n' >a.css
	mended a.css '#fff;' stylelint a.css
}

@test "prettier" {
	need prettier
	printf 'const a = {b:1};\nconsole.log( a )\n' >a.js
	mended a.js 'console.log(a);' prettier --check a.js
}

@test "oxlint, for the rule that was reported" {
	need oxlint
	printf 'import {a as a} from "b";\nexport const q = a;\n' >a.js
	mended a.js 'import {a} from "b"' oxlint --deny-warnings a.js
}

@test "Biome" {
	need biome
	printf '{}\n' >biome.json
	printf 'export const f = (x) => { return x ? 1 : 0 }\nlet y = 1;\nexport { y };\n' >a.js
	mended a.js 'const y = 1;' biome check a.js
}

# ansible-lint itself takes seconds for every look; what it says of a playbook is given here as it said it.
@test "what ansible-lint can mend itself is mended as Ansible reads it" {
	cat >play.yml <<-'END'
	---
	- name: Play
	  hosts: localhost
	  gather_facts: false
	  tasks:
	    - name: Copy
	      ansible.builtin.copy: src=a dest="/tmp/a b" mode=0644 force=yes
	    - name: Make
	      ansible.builtin.command: creates=/tmp/x make all
	    - name: Here
	      local_action: ansible.builtin.command true
	    - name: Here, too
	      local_action:
	        module: ansible.builtin.command
	        cmd: "true"
	    - name: Block
	      block:
	        - name: Touch
	          ansible.builtin.file:
	            path: /tmp/x
	            mode: 0644
	      when: true
	    - name: When
	      ansible.builtin.debug:
	        msg: "{{ [1,2] }}"
	      when: "{{ inventory_hostname == 'x' }}"
	      loop: [1,2]
	END
	cat >log <<-'END'
	play.yml:6: no-free-form: Avoid using free-form when calling module actions. (ansible.builtin.copy)
	play.yml:8: no-free-form: Avoid using free-form when calling module actions. (ansible.builtin.command)
	play.yml:10: deprecated-local-action: Do not use 'local_action', use 'delegate_to: localhost'.
	play.yml:12: deprecated-local-action: Do not use 'local_action', use 'delegate_to: localhost'.
	play.yml:16: key-order[task][/]: You can improve the task key order to: name, when, block
	play.yml:21: yaml[octal-values][/]: Forbidden implicit octal value "0644"
	play.yml:23: no-jinja-when: No Jinja2 in when.
	play.yml:27: yaml[commas][/]: Too few spaces after comma
	END
	mkdir .git
	heal-detect log | heal-analyze --root . | heal-fix --root . --threshold 0.5 --apply --yes >fixed
	cat >wanted <<-'END'
	---
	- name: Play
	  hosts: localhost
	  gather_facts: false
	  tasks:
	    - name: Copy
	      ansible.builtin.copy:
	        src: a
	        dest: "/tmp/a b"
	        mode: "0644"
	        force: "yes"
	    - name: Make
	      ansible.builtin.command:
	        cmd: make all
	        creates: /tmp/x
	    - name: Here
	      ansible.builtin.command: true
	      delegate_to: localhost
	    - name: Here, too
	      delegate_to: localhost
	      ansible.builtin.command:
	        cmd: "true"
	    - name: Block
	      when: true
	      block:
	        - name: Touch
	          ansible.builtin.file:
	            path: /tmp/x
	            mode: "0644"
	    - name: When
	      ansible.builtin.debug:
	        msg: "{{ [1,2] }}"
	      when: "inventory_hostname == 'x'"
	      loop: [1, 2]
	END
	diff wanted play.yml
}
