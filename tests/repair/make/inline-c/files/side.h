#pragma once

int side(int n)
{
	return n;
}
