#include "exec/runner_tty.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static int slave_open(int master)
{
	char name[128];
	int slave = -1;

#ifdef TIOCGPTPEER
	slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
#endif
	if (slave < 0 && ptsname_r(master, name, sizeof(name)) == 0)
		slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	return slave;
}

bool tty_open(int like, int *master, int *slave)
{
	struct termios t;

	*slave = -1;
	*master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*master < 0)
		return false;
	if (grantpt(*master) < 0 || unlockpt(*master) < 0 || (*slave = slave_open(*master)) < 0 ||
		tcgetattr(like, &t) < 0)
		goto fail;
	t.c_oflag &= ~(tcflag_t)OPOST;
	if (tcsetattr(*slave, TCSANOW, &t) < 0)
		goto fail;
	tty_resize(like, *master);
	return true;
fail:
	if (*slave >= 0)
		close(*slave);
	close(*master);
	*master = *slave = -1;
	return false;
}

bool tty_resize(int like, int master)
{
	struct winsize now, had;

	if (ioctl(like, TIOCGWINSZ, &now) < 0 || ioctl(master, TIOCGWINSZ, &had) < 0)
		return false;
	if (memcmp(&now, &had, sizeof(now)) == 0)
		return false;
	return ioctl(master, TIOCSWINSZ, &now) == 0;
}

bool same_target(int a, int b)
{
	struct stat x, y;
	unsigned int p, q;

	/* /dev/tty and /dev/pts/3 may be the same terminal. */
	if (ioctl(a, TIOCGDEV, &p) == 0 && ioctl(b, TIOCGDEV, &q) == 0)
		return p == q;
	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}
