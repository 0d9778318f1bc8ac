import java.util.ArrayList;
import java.util.List;
import org.jpype.html.Html;
import org.jpype.html.HtmlWriter;
import org.jpype.javadoc.DomUtilities;
import org.w3c.dom.Document;
import org.w3c.dom.Node;

final class DomTest
{
  private static Node parsed(String html)
  {
    Document document = Html.newParser().parse(html);
    return document.getDocumentElement();
  }

  void testInnerElementsAreVisitedBeforeOuterOnes()
  {
    List<String> names = new ArrayList<>();
    DomUtilities.traverseDFS(parsed("<div><p>a<b>b</b></p><i>c</i></div>"), n -> names.add(n.getNodeName()), Node.ELEMENT_NODE);
    Tap.same("[b, p, i]", names.toString());
  }

  void testChildrenAloneAreVisited()
  {
    List<String> names = new ArrayList<>();
    DomUtilities.traverseChildren(parsed("<div><p>a<b>b</b></p><i>c</i></div>"), n -> names.add(n.getNodeName()), Node.ELEMENT_NODE);
    Tap.same("[p, i]", names.toString());
  }

  void testAttributesAreCleared() throws Exception
  {
    Node node = parsed("<div class='a' id='b'>x</div>");
    DomUtilities.clearAttributes(node);
    Tap.same("<div>x</div>", HtmlWriter.asString(node));
  }

  void testChildrenAreCleared() throws Exception
  {
    Node node = parsed("<div><p>a</p>b</div>");
    DomUtilities.clearChildren(node);
    Tap.same("<div/>", HtmlWriter.asString(node));
  }

  void testNewLinesAreFound()
  {
    Tap.that(DomUtilities.containsNL(parsed("<pre>a\nb</pre>")), "there is one");
    Tap.that(!DomUtilities.containsNL(parsed("<pre>a b</pre>")), "there is none");
  }

  void testWhitespaceIsRemoved() throws Exception
  {
    Node node = parsed("<div> a   b\n  c </div>");
    DomUtilities.removeWhitespace(node);
    Tap.same("a b c", node.getTextContent().trim());
  }
}
