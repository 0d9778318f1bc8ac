public final class AllTests
{
  static String sample;
  static String model;

  public static void main(String[] args) throws Exception
  {
    sample = args[0];
    model = args[1];
    Tap tap = new Tap();
    tap.run(SvmTest.class);
    tap.run(ToyTest.class);
    System.exit(tap.finish());
  }
}
