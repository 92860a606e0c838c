from io import StringIO
from xml.sax.saxutils import XMLGenerator

out = StringIO()
writer = XMLGenerator(out)
writer.startElement("a", AttributesImpl({"b": "1"}))
print(out.getvalue())
