package seals;

/** What tests outside the package see of it. */
public final class Hooks
{
  private Hooks()
  {
  }

  public static String hex(byte[] bytes)
  {
    return Wire.hex(bytes);
  }

  public static byte[] bytes(String text)
  {
    return Wire.bytes(text);
  }

  public static String time(long millis)
  {
    return Wire.time(millis);
  }

  public static long millis(String text)
  {
    return Wire.millis(text);
  }
}
