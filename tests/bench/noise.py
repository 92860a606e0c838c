"""Logs for benchmarks: what tools write while nothing is wrong, and what they write when something is.

The lines have the shapes that the tools really print (compilers, build systems, test runners, package managers,
deployment tools, services); names and numbers are drawn from a seeded generator, so that every run measures the
same bytes.  One line in eight of the quiet ones holds "rror", "fail" or "warning" all the same: flags, file and
test names, counts of zero.

The gate's choice of what to look for (lib/gate/weights.inc) was not trained on these, see train.py.
"""
import random

WORDS = """parser buffer stream client worker router config session token cache index layout vector matrix socket thread
signal handler service model schema query render widget engine driver kernel module loader filter mapper reader writer
account billing invoice payment catalog search profile upload storage volume network packet region cluster node queue
topic event metric trace span logger format locale theme button dialog canvas shader texture sprite audio video codec
frame header footer sidebar menu form field label input output report ledger budget order cart product review""".split()

QUIET = r"""
gcc -DHAVE_CONFIG_H -I. -I../%w -I/usr/include/glib-2.0 -O2 -g -Wall -fstack-protector-strong -MT %w_%w.o -MD -MP -MF .deps/%w.Tpo -c -o %w_%w.o ../%w/%w.c
/usr/bin/c++ -D%W_SHARED -I/home/ci/%w/include -isystem /usr/include/x86_64-linux-gnu -O3 -DNDEBUG -std=gnu++17 -fPIC -o CMakeFiles/%w.dir/%w.cpp.o -c /home/ci/%w/%w.cpp
libtool: compile:  g++ -std=c++17 -fPIC -DPIC -I../include/%w -c %w.cc -o .libs/%w.o
  CC      drivers/%w/%w_%w.o
  CXX(target) Release/obj.target/%w/src/%w.o
[%d/%d] Building CXX object lib/%w/CMakeFiles/%w.dir/%w_%w.cpp.o
[%d/%d] Compiling C object %w/lib%w.a.p/%w.c.o
[ %2%] Linking CXX shared library lib%w_%w.so
-- Performing Test HAVE_%W_%W - Success
-- Looking for include file sys/%w.h - found
checking for %w_%w in -l%w... yes
checking whether %w is declared... (cached) no
config.status: creating src/%w/Makefile
make[%1]: Entering directory '/build/%w-%1.%d/src/%w'
make[%1]: Nothing to be done for 'all-am'.
 /usr/bin/install -c -m 644 %w.h %w_%w.h '/usr/local/include/%w'
   Compiling %w-%w v%1.%d.%d
  Downloaded %w-%w v%1.%d.%d
     Running `rustc --crate-name %w --edition=2021 src/lib.rs --crate-type lib --emit=dep-info,metadata,link -C opt-level=3 -C metadata=%x%x --out-dir /home/ci/target/release/deps`
test %w::tests::%w_%w ... ok
ok  	github.com/acme/%w/internal/%w	0.%ds	coverage: %2.%1% of statements
--- PASS: Test%V%V (0.%2s)
    --- PASS: Test%V/%w_%w_%d (0.00s)
=== RUN   Test%V%V/%w_%w
go: downloading github.com/%w/%w v%1.%d.%d
?   	github.com/acme/%w/cmd/%w	[no test files]
tests/%w/test_%w.py::test_%w_%w[%d] PASSED                  [ %2%]
tests/%w/test_%w.py ...............................s......         [ %2%]
test_%w_%w (tests.test_%w.Test%V.test_%w_%w) ... ok
Collecting %w-%w<%1.%d,>=%1.%d
  Downloading %w_%w-%1.%d.%d-py3-none-any.whl (%d kB)
Requirement already satisfied: %w-%w in ./venv/lib/python3.11/site-packages (from %w) (%1.%d.%d)
     |████████████████████████████████| %d kB %1.%1 MB/s eta 0:00:00
[INFO] Downloading from central: https://repo.example.org/maven2/org/%w/%w-%w/%1.%d/%w-%w-%1.%d.jar
[INFO] Downloaded from central: https://repo.example.org/maven2/org/%w/%w/%1.%d/%w-%1.%d.pom (%d kB at %d kB/s)
[INFO] --- surefire:3.2.5:test (default-test) @ %w-%w ---
[INFO] Running com.acme.%w.%V%VTest
[INFO] Compiling %d source files with javac [debug release 17] to target/classes
[DEBUG]   Included: org.%w:%w-%w:jar:%1.%d.%d:compile
> Task :%w:compileTestKotlin UP-TO-DATE
> Task :%w-%w:processResources NO-SOURCE
com.acme.%w.%VTest > %w%V() PASSED
npm http fetch GET 200 https://registry.example.org/%w-%w %dms (cache miss)
added %d packages, and audited %d packages in %2s
asset %w.%x.js %d KiB [emitted] [immutable] [minimized] (name: %w)
  modules by path ./src/%w/ %d KiB %d modules
PASS src/%w/%w.test.tsx (%1.%d s)
  ✓ renders the %w with a %w (%d ms)
dist/assets/%w-%x.js   %d.%2 kB │ gzip: %2.%2 kB
Get:%d http://deb.example.org/debian bookworm/main amd64 lib%w%1 amd64 %1.%d-1+b%1 [%d kB]
Preparing to unpack .../%d-lib%w-dev_%1.%d-2_amd64.deb ...
Unpacking lib%w-dev:amd64 (%1.%d.%d-2) ...
Setting up python3-%w (%1.%d-1) ...
Selecting previously unselected package lib%w%1:amd64.
module.%w.aws_instance.%w[%1]: Still creating... [%2s elapsed]
aws_%w.%w: Refreshing state... [id=%w-%x%x]
  + %w_%w_id                     = (known after apply)
      ~ tags = {
ok: [%w-%2.example.net] => (item=%w)
changed: [%w-%2] => {"changed": true, "dest": "/etc/%w/%w.conf", "gid": 0, "mode": "0644", "size": %d}
TASK [%w : install the %w %w] *********************************
%w-%2                      : ok=%2   changed=%1    unreachable=0    skipped=%1    rescued=0    ignored=0
#%2 [%w %1/%1] RUN apk add --no-cache %w %w-dev
#%2 sha256:%x%x%x %d.%2MB / %d.%2MB 0.%1s done
 ---> Using cache %x
Step %1/%2 : COPY --from=%w /app/%w /usr/share/%w
%x: Pull complete
remote: Counting objects: %2% (%d/%d), done.
 create mode 100644 src/%w/%w_%w.py
 src/%w/%w.c | %2 ++++++++++++++----
Receiving objects: %2% (%d/%d), %d.%2 MiB | %1.%2 MiB/s
pod/%w-%w-%x condition met
deployment.apps/%w-%w configured
2026-%m-1%1T10:%2:33.%dZ INFO  [%w-%2] com.acme.%w.%V - handled %x in %d ms
2026-%m-1%1 10:%2:33,%d DEBUG %w.%w: cache lookup for %x took %d us
I%m1%1 10:%2:33.%d       1 %w.go:%d] Reconciling %w "%w-%x"
{"level":"info","ts":%d.%d,"logger":"%w","caller":"%w/%w.go:%d","msg":"%w %w done","trace":"%x%x"}
time="2026-%m-1%1T10:%2:33Z" level=info msg="%w %w ready" component=%w
10.%d.%d.%d - - [14/Mar/2026:10:%2:33 +0000] "GET /api/%w/%d HTTP/1.1" 200 %d "-" "curl/8.%1"
Mar 14 10:%2:33 %w systemd[1]: Started %w-%w.service - %V %V Daemon.
Mar 14 10:%2:33 %w kernel: [%d.%d] usb 1-%1: new high-speed USB device number %2 using xhci_hcd
08110%1 20%d %d INFO dfs.DataNode$PacketResponder: PacketResponder %1 for block blk_%d%d terminating
%2/06/09 20:10:40 INFO executor.Executor: Finished task %d.0 in stage %1.0 (TID %d). %d bytes result sent to driver
##[group]Run actions/%w@v%1
  with: %w=%w
+ export %W_HOME=/opt/%w
+ mkdir -p build/%w
  adding: %w/%w.html (deflated %2%)
%w/%w_%w.%w
copying %w/%w.py -> build/lib/%w
a - %w/%w/%w.xml
""".strip("\n").split("\n")

LOUD = r"""
gcc -DHAVE_CONFIG_H -I. -I../%w -O2 -g -Wall -Werror=format-security -Wdate-time -D_FORTIFY_SOURCE=2 -c -o %w_%w.o ../%w/%w.c
cc -pipe -Werror=implicit-function-declaration -Werror=return-type -Wno-error=deprecated-declarations -I%w -o obj/%w.o -c src/%w/%w.c
[INFO] Tests run: %d, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.%d s -- in com.acme.%w.%VTest
tests/%w/test_errors.py::test_%w_raises_error PASSED            [ %2%]
tests/%w/test_%w.py::test_fails_without_%w PASSED               [ %2%]
[%d/%d] Building C object %w/CMakeFiles/%w.dir/error_%w.c.o
   Compiling thiserror-impl v1.0.%d
test %w::tests::reports_error_of_%w ... ok
--- PASS: Test%VErrorIsWrapped (0.0%1s)
=== RUN   Test%V/fails_on_bad_%w
{"level":"info","ts":%d.%d,"msg":"%w %w done","error":null,"trace":"%x"}
2026-%m-1%1 10:%2:33,%d INFO %w.%w: 0 errors, 0 warnings, %d rows
  ✓ shows an error message when the %w fails (%d ms)
%w-%2                      : ok=%2   changed=%1    unreachable=0    failed=0    skipped=%1    rescued=0    ignored=0
Get:%d http://deb.example.org/debian bookworm/main amd64 libgpg-error0 amd64 1.%d-1 [%d kB]
checking for strerror_r... yes
checking if gcc supports -Wno-unused-warnings... yes
-- Performing Test HAVE_WERROR_%W - Failed
asset error-%w.%x.js %d KiB [emitted] [minimized]
npm http fetch GET 200 https://registry.example.org/error-ex %dms (cache hit)
test_failure_is_logged (tests.test_%w.Test%V.test_failure_is_logged) ... ok
I%m1%1 10:%2:33.%d       1 %w.go:%d] Retrying %w after transient failure count=0
 src/%w/errors.go | %2 ++++--
==================== %d passed, %2 warnings in %2.%2s ====================
test result: ok. %d passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.%2s
copying %w/warnings.py -> build/lib/%w
""".strip("\n").split("\n")

ERRORS = r"""
%w/%w.c:%d:%2: error: unknown type name '%w_t'
%w/%w.cpp:%d:%2: warning: unused variable '%w' [-Wunused-variable]
src/%w.ts(%d,%2): error TS2304: Cannot find name '%w'.
src/%w/%w.go:%d:%2: undefined: %w
/usr/bin/ld: %w.o: in function `%w': %w.c:(.text+0x%2): undefined reference to `%w_%w'
make[%1]: *** [Makefile:%d: %w.o] Error 1
ModuleNotFoundError: No module named '%w_%w'
npm ERR! code ERESOLVE
FAILED tests/test_%w.py::test_%w - AssertionError: assert %d == %d
[ERROR] /src/main/java/%V.java:[%d,%2] cannot find symbol
E: Unable to locate package lib%w-dev
fatal: [%w-%2]: FAILED! => {"changed": false, "msg": "No package matching '%w' found available"}
%w.py:%d:%2: F401 '%w' imported but unused
bash: line %d: %w-%w: command not found
%w/%w.rs:%d:%2: error[E0425]: cannot find value `%w` in this scope
""".strip("\n").split("\n")


class Noise:
    def __init__(self, seed=20):
        self.rng = random.Random(seed)

    def fill(self, template):
        """%w a word, %W and %V in capitals and capitalised, %1 %2 %d %x numbers, %m a month."""
        rng, out = self.rng, []
        pieces = template.split("%")
        out.append(pieces[0])
        for piece in pieces[1:]:
            kind = piece[:1]
            if kind == "w":
                out.append(rng.choice(WORDS))
            elif kind == "W":
                out.append(rng.choice(WORDS).upper())
            elif kind == "V":
                out.append(rng.choice(WORDS).capitalize())
            elif kind == "d":
                out.append(str(rng.randrange(1, rng.choice((10, 1000, 100000)))))
            elif kind == "1":
                out.append(str(rng.randrange(10)))
            elif kind == "2":
                out.append(str(rng.randrange(10, 100)))
            elif kind == "m":
                out.append("%02d" % rng.randrange(1, 13))
            elif kind == "x":
                out.append("%08x" % rng.randrange(1 << 32))
            else:
                out.append("%" + kind)
            out.append(piece[1:])
        return "".join(out)

    def quiet(self):
        return self.fill(self.rng.choice(LOUD if self.rng.randrange(8) == 0 else QUIET))

    def error(self):
        return self.fill(self.rng.choice(ERRORS))

    def log(self, path, size, errors=0.0, unique=24000000):
        """A log of about `size` bytes, of which a share of the lines are errors; after `unique` bytes it repeats."""
        lines, n = [], 0
        while n < min(size, unique):
            line = (self.error() if self.rng.random() < errors else self.quiet()) + "\n"
            lines.append(line)
            n += len(line)
        block = "".join(lines).encode()
        with open(path, "wb") as f:
            while f.tell() < size:
                f.write(block[:size - f.tell()] if size - f.tell() < len(block) else block)
