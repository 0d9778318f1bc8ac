import org.jpype.html.Html;
import org.jpype.html.HtmlWriter;
import org.w3c.dom.Document;

final class HtmlTest
{
  private static String again(String html) throws Exception
  {
    Document document = Html.newParser().parse(html);
    return HtmlWriter.asString(document.getDocumentElement());
  }

  void testElementsAndText() throws Exception
  {
    Tap.same("<html><body>one <b>two</b> three</body></html>", again("<html><body>one <b>two</b> three</body></html>"));
  }

  void testNamesAreLowerCase() throws Exception
  {
    Tap.same("<div><span>x</span></div>", again("<DIV><Span>x</SPAN></div>"));
  }

  void testVoidElementsHaveNoEnd() throws Exception
  {
    Tap.same("<p>a<br>b<img src=\"c.png\">d</p>", again("<p>a<br>b<img src=\"c.png\">d</p>"));
  }

  void testListItemsCloseEachOther() throws Exception
  {
    Tap.same("<ul><li>a</li><li>b</li></ul>", again("<ul><li>a<li>b</ul>"));
  }

  void testDefinitionsCloseEachOther() throws Exception
  {
    Tap.same("<dl><dt>a</dt><dd>b</dd><dt>c</dt><dd>d</dd></dl>", again("<dl><dt>a<dd>b<dt>c<dd>d</dl>"));
  }

  void testCellsCloseEachOther() throws Exception
  {
    Tap.same("<table><tr><td>1</td><td>2</td></tr></table>", again("<table><tr><td>1<td>2</tr></table>"));
  }

  void testEmptyElements() throws Exception
  {
    Tap.same("<div><span/></div>", again("<div><span></span></div>"));
  }

  void testComments() throws Exception
  {
    Tap.same("<div>a<!-- b <i> -->c</div>", again("<div>a<!-- b <i> -->c</div>"));
  }

  void testAttributesAreKept() throws Exception
  {
    Tap.same("<a class=\"x y\" href=\"#z\">t</a>", again("<A class=\"x y\" href=\"#z\">t</a>"));
  }

  void testNested() throws Exception
  {
    Tap.same("<div><div><div>x</div>y</div>z</div>", again("<div><div><div>x</div>y</div>z</div>"));
  }
}
