package dev.offtake.placement.packing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MigWeightsTest {
    /** The numbers that NVIDIA's mig-parted configures per device. */
    @ParameterizedTest
    @CsvSource({
        "H100, 1g.10gb, 7", "H100, 1g.20gb, 4", "H100, 2g.20gb, 3", "H100, 3g.40gb, 2", "H100, 4g.40gb, 1",
        "H100, 7g.80gb, 1", "H200, 1g.18gb, 7", "H200, 1g.35gb, 4", "H200, 2g.35gb, 3", "H200, 3g.71gb, 2",
        "H200, 4g.71gb, 1", "B200, 1g.23gb, 7", "B200, 1g.45gb, 4", "B200, 3g.90gb, 2", "GB200, 1g.23gb, 7",
        "GB200, 2g.47gb, 3", "GB200, 7g.186gb, 1", "B300, 1g.34gb, 7", "B300, 1g.67gb, 4", "B300, 4g.135gb, 1",
        "GB300, 1g.35gb, 7", "GB300, 1g.70gb, 4", "GB300, 2g.70gb, 3", "GB300, 3g.139gb, 2", "GB300, 7g.278gb, 1"
    })
    void asManyFitAsTheProductOffers(String product, String profile, int most) {
        int milli = MigWeights.milli(product, profile).orElseThrow();
        assertThat(Demand.WHOLE / milli).isEqualTo(most);
    }

    @Test
    void theSameProfileWeighsDifferentlyOnAnotherProduct() {
        assertThat(MigWeights.milli("H200", "1g.35gb")).hasValue(250);
        assertThat(MigWeights.milli("GB300", "1g.35gb")).hasValue(142);
    }

    @Test
    void whatIsNotKnownHasNoWeight() {
        assertThat(MigWeights.milli("T4", "1g.10gb")).isEmpty();
        assertThat(MigWeights.milli("H100", "1g")).isEmpty();
        assertThat(MigWeights.milli("H100", "7g.40gb")).isEmpty();
        assertThat(MigWeights.milli("H100", "1g.80gb")).isEmpty();
    }
}
