package dev.offtake.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationsTest {
    @ParameterizedTest
    @CsvSource({
        "36h, PT36H, 36h",
        "90m, PT90M, 1h30m",
        "1.5h, PT90M, 1h30m",
        "1h0m30s, PT1H30S, 1h30s",
        "250ms, PT0.25S, 250ms"
    })
    void goDurationsAreReadAndWritten(String text, Duration duration, String written) {
        assertThat(GoDurations.parse(text)).contains(duration);
        assertThat(GoDurations.format(duration)).isEqualTo(written);
        assertThat(GoDurations.parse(written)).contains(duration);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "36",
                "h",
                "2 days",
                "1d",
                "-1h",
                "0s",
                "1h-",
                "876001h",
                "99999999999999999999999999999h",
                "10us"
            })
    void whatIsNoDurationAboveZeroIsNone(String text) {
        assertThat(GoDurations.parse(text)).isEmpty();
    }
}
