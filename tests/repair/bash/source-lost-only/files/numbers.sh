#!/bin/bash
sum_of() {
	echo $(($1 + $2))
}
