import org.jpype.html.Html;

final class DecodeTest
{
  void testTextWithoutEntitiesIsItself()
  {
    Tap.same("a < b; c", Html.decode("a < b; c"));
    Tap.same("", Html.decode(""));
  }

  void testNames()
  {
    Tap.same("a<b>c", Html.decode("a&lt;b&gt;c"));
    Tap.same("& &", Html.decode("&amp; &amp;"));
    Tap.same("x\u00a0y", Html.decode("x&nbsp;y"));
  }

  void testNumbers()
  {
    Tap.same("A", Html.decode("&#65;"));
    Tap.same("\u00e9t\u00e9", Html.decode("&#233;t&#233;"));
    Tap.same("\u20ac5", Html.decode("&#8364;5"));
  }

  void testTheSemicolonMayBeMissingAfterANumber()
  {
    Tap.same("A b", Html.decode("&#65 b"));
  }

  void testUnknownNamesAreRefused()
  {
    try
    {
      Html.decode("&nosuchthing;");
    } catch (RuntimeException ex)
    {
      Tap.same("Bad entity nosuchthing", ex.getMessage());
      return;
    }
    throw new AssertionError("accepted");
  }

  void testAnAmpersandAtTheEndStays()
  {
    Tap.same("fish &", Html.decode("fish &"));
  }
}
