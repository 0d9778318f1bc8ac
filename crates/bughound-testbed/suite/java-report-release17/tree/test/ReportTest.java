import report.Report;

final class ReportTest
{
  private static Report report()
  {
    return new Report().read("fruit;apple;3.50\nbread;rye;2\n\nfruit;pear;0.1\nfruit;apple;0.2\nno row\nfruit;fig;x\n");
  }

  void testRowsAreGroupedAndSummed()
  {
    Tap.same("{bread=2.0, fruit=3.8}", report().sums().toString());
  }

  void testRepeatedNames()
  {
    Tap.same("{apple=2}", report().repeated().toString());
  }

  void testWhatIsNoRowIsRemembered()
  {
    Tap.same("[no row, fruit;fig;x]", report().refused().toString());
  }

  void testAmountsStandBelowEachOther()
  {
    Tap.same("bread        2.00\nfruit        3.80\n", report().print());
  }
}
