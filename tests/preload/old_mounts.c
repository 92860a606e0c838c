/* old_mounts.c - for LD_PRELOAD: mounts cannot be made read-only, as before Linux 5.12 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <sys/syscall.h>

long syscall(long number, ...)
{
	long (*next)(long, ...) = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	long v[6];
	va_list list;

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		v[i] = va_arg(list, long);
	va_end(list);
	if (number == SYS_mount_setattr) {
		errno = ENOSYS;
		return -1;
	}
	return next(number, v[0], v[1], v[2], v[3], v[4], v[5]);
}
