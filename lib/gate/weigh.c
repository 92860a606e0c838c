/* weigh.c - how common three or four bytes are in ordinary output
 *
 * A literal is best looked for by those of its bytes that quiet logs do not
 * hold: "o: command not f", not "error".  The counts come from the sample below,
 * and for what it does not hold from its pairs of bytes.  Only speed depends on
 * it.  The sample is what builds, tests, deployments and services write all day;
 * names and numbers in it are made up. */
#include "image.h"

static const char sample[] =
"cc -Isrc -I../src -I/usr/include/libxml2 -DHAVE_CONFIG_H -O2 -g -Wall -Wextra -Werror=format-security -fstack-protector-strong -c -o main.o ../src/main.c\n"
"gcc -DNDEBUG -std=c11 -fPIC -pthread -MD -MQ lib/libutil.a.p/string.c.o -MF lib/libutil.a.p/string.c.o.d -o lib/libutil.a.p/string.c.o -c ../lib/string.c\n"
"g++ -Wdate-time -D_FORTIFY_SOURCE=2 -Werror=implicit-function-declaration -fdebug-prefix-map=/build/package-1.2.3=. -Wl,-z,relro -Wl,-z,now -shared -o libcore.so.1\n"
"[ 12%] Building CXX object src/CMakeFiles/core.dir/error_handler.cpp.o\n[ 57%] Built target core\n[100%] Linking CXX executable bin/server\n"
"-- Found OpenSSL: /usr/lib/x86_64-linux-gnu/libcrypto.so (found version \"3.0.11\")\n-- Looking for pthread_create - found\n-- Configuring done\n-- Generating done\n"
"checking for gcc... gcc\nchecking whether the C compiler works... yes\nchecking for unistd.h... (cached) yes\nconfig.status: creating Makefile\n"
"make[2]: Entering directory '/home/user/project/src'\nmake[1]: Leaving directory '/home/user/project'\nmake: Nothing to be done for 'all'.\n"
"[24/312] Compiling C object tests/test_errors.p/test_errors.c.o\nninja: no work to do.\nlibtool: link: ar cr .libs/liberror.a .libs/error.o\n"
"   Compiling serde v1.0.188\n   Compiling thiserror v1.0.48\n    Finished dev [unoptimized + debuginfo] target(s) in 12.34s\n     Running unittests src/lib.rs (target/debug/deps/app-0f3a)\ntest parser::tests::reports_error_position ... ok\ntest result: ok. 42 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.03s\n"
"=== RUN   TestServerReturnsErrorOnClose\n--- PASS: TestServerReturnsErrorOnClose (0.00s)\n    --- PASS: TestDecode/invalid_input (0.00s)\nok  \tgithub.com/example/project/internal/server\t0.123s  coverage: 81.2% of statements\ngo: downloading golang.org/x/sys v0.12.0\n?   \tgithub.com/example/project/cmd\t[no test files]\n"
"tests/test_client.py::test_raises_error_on_timeout PASSED                 [ 34%]\ntests/unit/test_errors.py ........................                       [ 56%]\n============================= test session starts ==============================\nplatform linux -- Python 3.11.2, pytest-7.4.0, pluggy-1.2.0\ncollected 314 items\n==================== 312 passed, 2 skipped in 14.21s ====================\n"
"Collecting requests>=2.28\n  Downloading requests-2.31.0-py3-none-any.whl (62 kB)\nRequirement already satisfied: urllib3<3,>=1.21.1 in /usr/lib/python3/dist-packages (from requests) (1.26.12)\nInstalling collected packages: urllib3, idna, certifi\nSuccessfully installed certifi-2023.7.22 idna-3.4\n"
"[INFO] Scanning for projects...\n[INFO] --- maven-compiler-plugin:3.11.0:compile (default-compile) @ service-core ---\n[INFO] Tests run: 12, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.512 s -- in com.example.service.ErrorResponseTest\n[INFO] Downloading from central: repository/org/apache/commons/commons-lang3/3.12.0/commons-lang3-3.12.0.pom\n[INFO] BUILD SUCCESS\n[INFO] Total time:  01:12 min\n[WARNING] Using platform encoding UTF-8\n"
"> Task :app:compileJava UP-TO-DATE\n> Task :app:test\nBUILD SUCCESSFUL in 32s\n14 actionable tasks: 3 executed, 11 up-to-date\n"
"added 1423 packages, and audited 1424 packages in 32s\n\nfound 0 vulnerabilities\nnpm http fetch GET 200 https://example.org/error-ex 42ms (cache hit)\nnpm notice created a lockfile as package-lock.json\n> project@1.0.0 build\n> webpack --mode production\nasset main.js 1.2 MiB [emitted] [minimized] (name: main)\nwebpack 5.88.2 compiled successfully in 10234 ms\nPASS src/components/ErrorBoundary.test.tsx (5.123 s)\n  \xe2\x9c\x93 renders without errors (23 ms)\n    at Object.<anonymous> (src/index.js:10:5)\nTest Suites: 24 passed, 24 total\n"
"Get:12 http://example.org/debian bookworm/main amd64 libgpg-error0 amd64 1.46-1 [76.4 kB]\nSelecting previously unselected package liberror-perl.\nPreparing to unpack .../liberror-perl_0.17029-2_all.deb ...\nUnpacking libssl-dev:amd64 (3.0.11-1) ...\nSetting up git (1:2.39.2-1.1) ...\nProcessing triggers for man-db (2.11.2-2) ...\nReading package lists... Done\n"
"Step 4/12 : RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates\n ---> Running in 3f2a1b0c9d8e\n#12 [stage-1 3/7] COPY --from=build /app/dist /usr/share/nginx/html\n#12 sha256:9f2c41aa07bb 3.14MB / 28.9MB 0.4s\n#12 DONE 1.3s\n#8 CACHED\nSuccessfully tagged service:latest\n"
"aws_instance.web[0]: Refreshing state... [id=i-0a1b2c3d4e5f]\naws_security_group.main: Creating...\nmodule.vpc.aws_subnet.private[2]: Creation complete after 3s [id=subnet-0abc]\nPlan: 3 to add, 1 to change, 0 to destroy.\n  + resource \"aws_iam_role\" \"this\" {\n      + arn                   = (known after apply)\nApply complete! Resources: 3 added, 1 changed, 0 destroyed.\n"
"PLAY [webservers] **************************************************************\nTASK [common : install packages] ***********************************************\nok: [web-01.example.com]\nchanged: [web-02.example.com] => (item=nginx)\nskipping: [db-01]\nweb-01 : ok=12   changed=3    unreachable=0    failed=0    skipped=2    rescued=0    ignored=0\n"
"2023-09-14 10:21:33,123 INFO org.apache.hadoop.hdfs.server.datanode.DataNode: Receiving block blk_-1608999687919862906 src: /10.250.19.102:54106 dest: /10.250.19.102:50010\n2023-09-14T10:21:33.456Z INFO  [http-nio-8080-exec-3] c.e.s.web.RequestFilter : GET /api/v1/orders/123 status=200 duration=12ms errors=0\n2023/09/14 10:21:33 [notice] 1#1: start worker process 29\n2023-09-14 10:21:33.789 DEBUG 1 --- [main] o.s.b.f.s.DefaultListableBeanFactory : Creating shared instance of singleton bean 'errorPageFilter'\n"
"17/06/09 20:10:40 INFO executor.CoarseGrainedExecutorBackend: Registered signal handlers for [TERM, HUP, INT]\n17/06/09 20:10:41 INFO storage.BlockManager: Found block rdd_42_24 locally\n081109 203615 148 INFO dfs.FSNamesystem: BLOCK* NameSystem.addStoredBlock: blockMap updated\n"
"Sep 14 10:21:33 host systemd[1]: Started Session 42 of user root.\nSep 14 10:21:34 host sshd[1234]: Accepted publickey for deploy from 10.0.0.7 port 51234 ssh2: RSA SHA256:abc\nSep 14 10:21:35 host kernel: [    0.123456] pci 0000:00:1f.2: reg 0x10: [io  0xc040-0xc047]\nSep 14 10:21:36 host CRON[4321]: pam_unix(cron:session): session opened for user root\n"
"10.0.0.3 - - [14/Sep/2023:10:21:33 +0000] \"GET /static/css/error.css HTTP/1.1\" 200 5123 \"https://example.com/\" \"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36\"\n"
"{\"level\":\"info\",\"ts\":\"2023-09-14T10:21:33.123Z\",\"caller\":\"server/http.go:123\",\"msg\":\"request handled\",\"method\":\"GET\",\"path\":\"/healthz\",\"status\":200,\"error\":null,\"duration_ms\":3}\ntime=\"2023-09-14T10:21:33Z\" level=info msg=\"starting controller\" component=reconciler namespace=default\nI0914 10:21:33.123456       1 controller.go:123] Started reconcile for pod default/web-6d4cf56db6-abcde\ndeployment.apps/web configured\npod/web-6d4cf56db6-abcde condition met\n"
"Cloning into 'project'...\nremote: Enumerating objects: 1234, done.\nReceiving objects: 100% (1234/1234), 1.21 MiB | 5.12 MiB/s, done.\nResolving deltas: 100% (567/567), done.\nHEAD is now at 1a2b3c4 Handle errors of the parser without a warning\nSwitched to a new branch 'feature/error-messages'\n create mode 100644 src/errors.py\n 12 files changed, 345 insertions(+), 67 deletions(-)\n"
"  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n100 12345  100 12345    0     0   123k      0 --:--:-- --:--:-- --:--:--  123k\ninstall -m 644 error.h warning.h '/usr/local/include/project'\nwarning: ignoring the old setting, the default is used instead\nnote: this is the location of the previous definition\nRun ./scripts/build.sh --release\n##[group]Run actions/checkout@v4\n";

enum { COUNTS = 1 << 16 };

struct gate_weights {
	uint16_t one[256];
	uint16_t two[256 * 256];
	uint16_t more[COUNTS];		/* threes and fours, hashed: a collision only makes a window look dearer */
};

/* Case does not matter to windows, and one digit is as common as the next. */
static uint8_t folded(uint8_t c)
{
	return c >= '0' && c <= '9' ? '0' : c | 0x20;
}

static uint32_t slot(const uint8_t *f, size_t n)
{
	uint32_t h = (uint32_t)n;

	for (size_t i = 0; i < n; i++)
		h = (h ^ f[i]) * 0x01000193u;
	return (h ^ h >> 15) % COUNTS;
}

struct gate_weights *gate_weights_new(struct arena *a)
{
	struct gate_weights *w = ARENA_NEW(a, struct gate_weights);
	uint8_t f[sizeof(sample) + 2] = { 0 };

	for (size_t i = 0; i + 1 < sizeof(sample); i++)
		f[i] = folded((uint8_t)sample[i]);
	for (size_t i = 0; i + 1 < sizeof(sample); i++) {
		w->one[f[i]]++;
		w->two[f[i] * 256 + f[i + 1]]++;
		w->more[slot(f + i, 3)]++;
		w->more[slot(f + i, 4)]++;
	}
	return w;
}

/* A count of `all`, blended with a guess that weighs as much as half the sample (most of the
 * longer runs in it are there once or twice). */
static double blend(double count, double guess)
{
	double all = sizeof(sample) - 1;

	return (count + all / 2 * guess) / (all * 3 / 2);
}

static double weight_one(const struct gate_weights *w, uint8_t f)
{
	return blend(w->one[f], 1.0 / 256);
}

static double weight_two(const struct gate_weights *w, const uint8_t *f)
{
	return blend(w->two[f[0] * 256 + f[1]], weight_one(w, f[0]) * weight_one(w, f[1]));
}

static double weight_three(const struct gate_weights *w, const uint8_t *f)
{
	return blend(w->more[slot(f, 3)], weight_two(w, f) * weight_two(w, f + 1) / weight_one(w, f[1]));
}

double gate_weight(const struct gate_weights *w, const uint8_t *bytes, size_t n)
{
	uint8_t f[4] = { 0 };
	double weight;

	for (size_t i = 0; i < n; i++)
		f[i] = folded(bytes[i]);
	weight = weight_three(w, f);
	if (n == 4)
		weight = blend(w->more[slot(f, 4)], weight * weight_three(w, f + 1) / weight_two(w, f + 1));
	for (size_t i = 0; i < n; i++)
		if (f[i] == '0')
			weight /= 10;
	return weight;
}
