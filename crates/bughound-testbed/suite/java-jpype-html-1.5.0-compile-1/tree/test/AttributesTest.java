import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jpype.html.Html;
import org.w3c.dom.Attr;
import org.w3c.dom.Document;

final class AttributesTest
{
  private static String parsed(String text) throws Exception
  {
    Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder().newDocument();
    List<Attr> attributes = Html.parseAttributes(document, text);
    StringBuilder result = new StringBuilder();
    for (Attr attribute : attributes)
      result.append('[').append(attribute.getName()).append('|').append(attribute.getValue()).append(']');
    return result.toString();
  }

  void testDoubleQuotes() throws Exception
  {
    Tap.same("[href|a.html]", parsed("href=\"a.html\""));
  }

  void testSingleQuotes() throws Exception
  {
    Tap.same("[href|a \"b\"]", parsed("href='a \"b\"'"));
  }

  void testNoQuotes() throws Exception
  {
    Tap.same("[width|3]", parsed("width=3"));
  }

  void testSeveral() throws Exception
  {
    Tap.same("[id|x][class|a b][title|c]", parsed("id=\"x\" class='a b' title=\"c\""));
  }
}
