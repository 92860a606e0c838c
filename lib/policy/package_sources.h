/* package_sources.h - whether the project's files name another source of packages than the package manager's own
 *
 * The rows `sources` of an ecosystem (share/tables/policy.yaml) say where: settings of package managers, manifests and
 * lock files, in the command's directory, above it and, for manifests, below it, where the members of a workspace are.
 * Where a row says `committed`, what the last commit names already is no reason. */
#ifndef HEAL_POLICY_PACKAGE_SOURCES_H
#define HEAL_POLICY_PACKAGE_SOURCES_H

#include "policy/policy.h"

/* Why what the command installs may come from elsewhere: the file, the line and what it says; empty: it does not.
 * before: as in policy_packages. */
struct str package_source(
	const struct policy *p, const struct plan *plan, const struct command *c, const struct project_before *before);

#endif
