#!/bin/sh
unused=1
