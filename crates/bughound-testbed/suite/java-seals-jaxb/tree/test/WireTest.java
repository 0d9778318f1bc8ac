import java.util.Arrays;
import seals.Hooks;

final class WireTest
{
  void testBytesAreUpperCaseDigits()
  {
    Tap.same("00FF7F80", Hooks.hex(new byte[] {0, -1, 127, -128}));
    Tap.same("", Hooks.hex(new byte[0]));
  }

  void testDigitsOfEitherCaseAreRead()
  {
    Tap.same("[-85, 13]", Arrays.toString(Hooks.bytes("aB0d")));
  }

  void testOddDigitsAreRefused()
  {
    try
    {
      Hooks.bytes("ABC");
    } catch (IllegalArgumentException ex)
    {
      return;
    }
    throw new AssertionError("accepted");
  }

  void testTimesAreWrittenWithTheirZone()
  {
    Tap.same("2021-09-14T12:30:05Z", Hooks.time(1631622605000L));
  }

  void testTimesOfOtherZonesAreRead()
  {
    Tap.same(1631622605000L, Hooks.millis("2021-09-14T14:30:05+02:00"));
    Tap.same(1631622605120L, Hooks.millis("2021-09-14T12:30:05.120Z"));
  }
}
