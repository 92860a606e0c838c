/* vec.h - growing array in an arena: struct { T *at; size_t n, room; }
 *
 *     VEC(struct edit) edits = {0};
 *     *VEC_ADD(arena, &edits) = e;
 *     for (size_t i = 0; i < edits.n; i++) use(edits.at[i]);
 */
#ifndef HEAL_BASE_VEC_H
#define HEAL_BASE_VEC_H

#include "base/arena.h"

#define VEC(T)                  \
	struct {                \
		T *at;          \
		size_t n, room; \
	}

/* A pointer to a new zeroed element at the end. */
#define VEC_ADD(arena, v)                                                                                  \
	((v)->n == (v)->room ? (void)((v)->at = arena_grow((arena), (v)->at, (v)->room * sizeof(*(v)->at), \
					      ((v)->room ? (v)->room * 2 : 8) * sizeof(*(v)->at)),         \
				       (v)->room = (v)->room ? (v)->room * 2 : 8) :                        \
			       (void)0,                                                                    \
		&(v)->at[(v)->n++])

#endif
