public final class AllTests
{
  public static void main(String[] args) throws Exception
  {
    Tap tap = new Tap();
    tap.run(ShowTest.class);
    tap.run(CopyTest.class);
    for (String name : new String[] {"HeldOutTest"})
    {
      try
      {
        tap.run(Class.forName(name));
      } catch (ClassNotFoundException ex)
      {
        System.out.println("# " + name + " is not here");
      }
    }
    System.exit(tap.finish());
  }
}
