/* Which commands act outside the project, and what is run instead of them. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/proc.h"
#include "base/shell.h"
#include "policy/external_command.h"
#include "tap.h"

static const struct file {
	const char *name, *text;
} files[] = {
	{ "Makefile",
		"RSYNC = rsync -a\nHOST ?= web:\nTF := terraform\nall: lib app\n\techo done\nlib: ; mkdir -p x\n"
		"app: main.c\n\tgcc -o app main.c\nupload-all:\n\techo no\nfast: app\n\t@$(RSYNC) . $(HOST)/srv\n"
		"deep: fast\n\techo\ninfra:\n\tcd x && $(TF) apply -auto-approve\ntest: app\n\t./app\n"
		"sub:\n\t$(MAKE) -C sub\nplus:\n\t+curl -T app http://host/\nclean:\n\trm -rf app\n" },
	{ "sub/Makefile", "one:\n\tkubectl apply -f a.yaml\n" },
	{ "shell.mk", "V := $(shell curl -d x http://host/)\nall:\n\techo $(V)\n" },
	{ "pattern.mk", "all: a.sent\n%.sent: %.txt\n\tscp $< host:\n\ttouch $@\n" },
	{ "spaces.mk", "all:\n        rsync -a . host:\n" },
	{ "ok.mk", "all:\n\tcurl -fsSLO http://host/a.tar\n\trsync -a a/ b/\n\tgit commit -m 'push it'\n" },
	{ "build.sh", "#!/bin/sh\nset -e\ngcc -o app main.c\nHOST=web\nrsync -a app \"$HOST:/srv\"\n" },
	{ "plain.sh", "#!/bin/sh\nset -e\necho \"don't\"\ngcc -o app main.c\n./app >out\ncp out b\n" },
	{ "tool.sh",
		"#!/usr/bin/env bash\nTF=terraform\nmain() {\n  if true; then \"$TF\" \\\n    apply -auto-approve; "
		"fi\n}\nmain\n" },
	{ "sub.sh", "#!/bin/sh\nx=$(curl -X POST http://host/)\necho \"$x\"\n" },
	{ "outer.sh", "#!/bin/sh\n. ./inner.sh\n" },
	{ "inner.sh", "git push origin main\n" },
	{ "do.py",
		"#!/usr/bin/env python3\nimport subprocess\nsubprocess.run([\n    'kubectl', 'apply',\n    '-f', "
		"'x'])\n" },
	{ "say.py", "print('git push')\nprint(\"terraform apply\")\n" },
	{ "os.py", "import os\nos.system(\"scp a host:\")\n" },
	{ "do.js", "const { execSync } = require('child_process');\nexecSync(`git push`);\n" },
	{ "package.json",
		"{\"scripts\": {\"build\": \"tsc && npm run send\", \"send\": \"npm publish\", \"test\": \"node "
		"t.js\", "
		"\"pretest\": \"tsc\", \"lint\": \"eslint .\", \"postlint\": \"gh pr comment 3\"}}" },
	{ "manage.py", "import django\n" },
	{ "site.yml", "- hosts: all\n" },
};

static const struct row {
	const char *command, *proof; /* NULL: it does not act; "": it acts, and nothing can be run instead */
} rows[] = {
	{ "terraform apply", "terraform validate -no-color" },
	{ "terraform -chdir=infra apply -auto-approve", "terraform -chdir=infra validate -no-color" },
	{ "/usr/local/bin/terraform destroy", "/usr/local/bin/terraform validate -no-color" },
	{ "tofu state rm x.y", "tofu validate -no-color" },
	{ "terraform plan", NULL },
	{ "terraform validate", NULL },
	{ "terraform init", NULL },
	{ "terraform state list", NULL },
	{ "ansible-playbook -i hosts site.yml", "ansible-playbook -i hosts site.yml --syntax-check" },
	{ "ansible-playbook site.yml --check", NULL },
	{ "ansible-playbook -e --check site.yml", "ansible-playbook -e --check site.yml --syntax-check" },
	{ "kubectl apply -f a.yaml", "kubectl apply -f a.yaml --dry-run=client" },
	{ "kubectl -n web --unknown v delete pod x", "kubectl -n web --unknown v delete pod x --dry-run=client" },
	{ "kubectl apply -f a.yaml --dry-run=server", NULL },
	{ "kubectl apply --dry-run=client --dry-run=none -f a",
		"kubectl apply --dry-run=client --dry-run=none -f a --dry-run=client" },
	{ "kubectl apply --dry-run=none -f a", "kubectl apply --dry-run=none -f a --dry-run=client" },
	{ "kubectl get pods", NULL },
	{ "helm upgrade --install web ./chart -f v.yaml --atomic", "helm template web ./chart -f v.yaml" },
	{ "helm lint chart", NULL },
	{ "docker push x", "" },
	{ "docker compose -f a.yml up -d", "" },
	{ "docker build .", NULL },
	{ "docker buildx build --push .", "" },
	{ "podman run --rm x", "" },
	{ "pulumi up --yes", "" },
	{ "pulumi preview", NULL },
	{ "ssh host uptime", "" },
	{ "ssh -V", NULL },
	{ "ssh host ls -V", "" },
	{ "scp a host:", "" },
	{ "rsync -a . host:/srv", "" },
	{ "rsync -an . host:/srv", NULL },
	{ "rsync -a a/ b/", NULL },
	{ "curl -fsS http://host/a", NULL },
	{ "curl -o index.html http://host/a", NULL },
	{ "curl -XPOST http://host/", "" },
	{ "curl -X GET http://host/", NULL },
	{ "curl --request=delete http://host/", "" },
	{ "curl -sSd x=1 http://host/", "" },
	{ "curl --data-binary @f http://host/", "" },
	{ "curl -T f http://host/", "" },
	{ "wget --post-file=a http://host/", "" },
	{ "wget -q http://host/a", NULL },
	{ "systemctl --user restart x", "" },
	{ "systemctl status x", NULL },
	{ "service nginx reload", "" },
	{ "apt-get -y install x", "" },
	{ "apt-get -s install x", NULL },
	{ "dnf upgrade", "" },
	{ "pip3.11 install x", "" },
	{ "pip list", NULL },
	{ "python3 -m pip install x", "" },
	{ "python3 -m twine upload dist/*", "python3 -m twine check 'dist/*'" },
	{ "python3 -m unittest", NULL },
	{ "npm ci", NULL }, /* what the lock file states, below the project */
	{ "npm publish --dry-run", NULL },
	{ "npm test", NULL },
	{ "npm run build", "" },
	{ "npm run lint", "" },
	{ "yarn publish", "" },
	{ "npm run deploy:prod", "" },
	{ "npx vercel --prod", "" },
	{ "cargo publish", "cargo check" },
	{ "cargo build", NULL },
	{ "cargo test --test deploy", NULL },
	{ "gem push a.gem", "" },
	{ "mvn -q deploy", "mvn -o -q compile" },
	{ "mvn -q test", NULL },
	{ "gradle publish", "gradle --dry-run publish" },
	{ "./gradlew :app:publishToMavenLocal", "./gradlew --dry-run :app:publishToMavenLocal" },
	{ "gradle build", NULL },
	{ "git push", "" },
	{ "git -C x push origin HEAD", "" },
	{ "git commit -m push", NULL },
	{ "git push --dry-run", NULL },
	{ "gh release create v1", "" },
	{ "gh pr list", NULL },
	{ "aws s3 cp a s3://b", "" },
	{ "aws --region x ec2 describe-instances", NULL },
	{ "gcloud run deploy x", "" },
	{ "alembic upgrade head", "alembic check" },
	{ "bin/rails db:migrate", "" },
	{ "bundle exec rake db:migrate", "" },
	{ "bundle exec rspec", NULL },
	{ "python3 manage.py migrate", "python3 manage.py check" },
	{ "./manage.py migrate", "./manage.py check" },
	{ "python3 manage.py test", NULL },
	{ "psql -f a.sql", "" },
	{ "sqlite3 a.db", NULL },
	{ "make", NULL },
	{ "make test clean", NULL },
	{ "make deploy", "make -n deploy" },
	{ "gmake deploy", "gmake -n deploy" },
	{ "gmake deep", "gmake -n deep" },
	{ "make -n deploy", NULL },
	{ "make fast", "make -n fast" },
	{ "make deep", "make -n deep" },
	{ "make infra", "make -n infra" },
	{ "make sub", "make -n sub" },
	{ "make plus", "" },
	{ "make -C sub", "make -n -C sub" },
	{ "make -f shell.mk", "" },
	{ "make -f pattern.mk", "make -n -f pattern.mk" },
	{ "make -f spaces.mk", "make -n -f spaces.mk" },
	{ "make -f ok.mk", NULL },
	{ "make RSYNC=true deep", NULL },
	{ "make -j4 docker-push", "make -n -j4 docker-push" },
	{ "make test-deploy", NULL },
	{ "make build_and_publish", "make -n build_and_publish" },
	{ "make deployProd", "make -n deployProd" },
	{ "just release", "" },
	{ "./build.sh", "sh -n ./build.sh" },
	{ "bash build.sh", "bash -n build.sh" },
	{ "sh -x ./build.sh", "sh -n -x ./build.sh" },
	{ "./plain.sh", NULL },
	{ "bash plain.sh", NULL },
	{ "./tool.sh", "bash -n ./tool.sh" },
	{ "./sub.sh", "sh -n ./sub.sh" },
	{ "sh outer.sh", "sh -n outer.sh" },
	{ "./deploy.sh", "" },
	{ "bash scripts/release", "bash -n scripts/release" },
	{ "python3 publish.py", "" },
	{ "python3 do.py", "" },
	{ "./do.py", "" },
	{ "python3 os.py", "" },
	{ "python3 say.py", NULL },
	{ "node do.js", "" },
	{ "python3 -c 'import os; os.system(\"git push\")'", "" },
	{ "python3 -c 'print(1)'", NULL },
	{ "sudo -u me terraform apply", "sudo -u me terraform validate -no-color" },
	{ "env A=1 terraform apply", "env A=1 terraform validate -no-color" },
	{ "timeout -k 5 10 terraform apply", "timeout -k 5 10 terraform validate -no-color" },
	{ "nice -n 5 time make deploy", "nice -n 5 time make -n deploy" },
	{ "sh -c 'terraform apply'", "sh -c 'terraform validate -no-color'" },
	{ "bash -ec 'cd infra && terraform apply -auto-approve; echo done'",
		"bash -ec 'cd infra && terraform validate -no-color; echo done'" },
	{ "bash -c 'make && rsync -a . host: && git push'", "bash -n -c 'make && rsync -a . host: && git push'" },
	{ "sh -c 'if make; then git push; fi'", "sh -n -c 'if make; then git push; fi'" },
	{ "sh -c 'make test'", NULL },
	/* the text is no file, whose name would say what it does */
	{ "sh -c 'node -e \"JSON.parse(require(\\\"fs\\\").readFileSync(1))\"'", NULL },
	{ "sh -ec 'node -e \"JSON.parse(require(\\\"fs\\\").readFileSync(1))\"'", NULL },
	{ "sh -ec 'git push'", "sh -n -ec 'git push'" },
	{ "sudo sh -c \"sh -c 'git push'\"", "sudo sh -c 'sh -n -c '\\''git push'\\'''" },
	{ "poetry run twine upload dist/x", "poetry run twine check dist/x" },
	{ "poetry run pytest", NULL },
	{ "uv run alembic upgrade head", "uv run alembic check" },
	{ "watch -n 1 'kubectl delete pod x'", "watch -n 1 'kubectl delete pod x --dry-run=client'" },
	{ "xargs -n1 git push", "" },
	{ "find . -name x -exec scp {} host: ;", "" },
	{ "find . -name deploy", NULL },
	{ "unknown-wrapper make", NULL },
	{ "fleet restart web", "" },
	{ "make release", NULL },
	{ "gcc -o ssh ssh.c", NULL },
	{ "pytest -k deploy", NULL },
	{ "go build ./...", NULL },
	{ "A=1 git push", "" },
};

static void files_make(void)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (strchr(files[i].name, '/'))
			mkdir("sub", 0700);
		struct err err;
		if (!file_replace(files[i].name, str_of(files[i].text), 0755, &err))
			printf("# %s\n", err.text);
	}
}

static char *const *argv_of(struct arena *a, const char *command)
{
	struct shell_line line = shell_split(a, str_of(command));
	char **argv = arena_alloc(a, 64 * sizeof(*argv));
	size_t n = 0;

	for (size_t i = 0; i < line.n; i++) /* find's ";" is left out */
		for (size_t k = 0; k < line.command[i].n; k++)
			argv[n++] = arena_strdup(a, line.command[i].word[k].value);
	argv[n] = NULL;
	return argv;
}

static void row_check(const struct pack *pack, const struct config *config, const char *dir, const struct row *r)
{
	struct arena a = ARENA_INIT;
	struct external_command x;
	bool acts = external_command(&a, pack, config, dir, argv_of(&a, r->command), &x);

	if (!ok(acts == (r->proof != NULL), r->command))
		printf("#  %s\n", acts ? x.what.p : "does not act");
	else if (acts)
		is_str(x.proof_n ? argv_show(&a, x.proof[0]) : STR(""), r->proof, "what is run instead");
	arena_free(&a);
}

int main(void)
{
	char dir[] = "/tmp/heal-unit-XXXXXX";
	struct err err;
	struct pack *pack = pack_load(NULL, &err);

	if (!pack || !mkdtemp(dir) || chdir(dir) < 0) {
		printf("Bail out! %s\n", pack ? dir : err.text);
		return 1;
	}
	setenv("HEAL_EXTERNAL_COMMANDS", "fleet restart", 1);
	setenv("HEAL_LOCAL_COMMANDS", "make release", 1);
	setenv("XDG_CONFIG_HOME", dir, 1);
	files_make();
	struct config *config = config_load(NULL, &err);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		row_check(pack, config, dir, &rows[i]);
	config_free(config);
	pack_free(pack);
	if (chdir("/") == 0)
		for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
			char path[128];
			snprintf(path, sizeof(path), "%s/%s", dir, files[i].name);
			unlink(path);
		}
	char sub[64];
	snprintf(sub, sizeof(sub), "%s/sub", dir);
	rmdir(sub);
	rmdir(dir);
	return tap_end();
}
