#!/bin/bash
note() {
	echo "note: $1"
}
