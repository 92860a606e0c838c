struct Node { int value; };

int main()
{
	Node n{0};
	Node *p = &n;
	p.value = 1;
	return n->value - 1;
}
