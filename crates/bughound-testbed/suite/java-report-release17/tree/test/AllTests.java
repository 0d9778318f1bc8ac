public final class AllTests
{
  public static void main(String[] args) throws Exception
  {
    Tap tap = new Tap();
    tap.run(ReportTest.class);
    tap.run(QueueTest.class);
    System.exit(tap.finish());
  }
}
