public final class AllTests
{
  public static void main(String[] args) throws Exception
  {
    Tap tap = new Tap();
    tap.run(DecodeTest.class);
    tap.run(AttributesTest.class);
    tap.run(HtmlTest.class);
    tap.run(DomTest.class);
    System.exit(tap.finish());
  }
}
