public final class AllTests
{
  public static void main(String[] args) throws Exception
  {
    Tap tap = new Tap();
    tap.run(WireTest.class);
    tap.run(SealTest.class);
    System.exit(tap.finish());
  }
}
