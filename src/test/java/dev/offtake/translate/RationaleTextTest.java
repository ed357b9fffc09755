package dev.offtake.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Rationale;
import dev.offtake.placement.Rationale.Code;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RationaleTextTest {
    private static Rationale why(Code code, String... pairs) {
        Map<String, String> numbers = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            numbers.put(pairs[i], pairs[i + 1]);
        }
        return new Rationale(code, numbers);
    }

    private static Rationale inRack(Code code, String... more) {
        String[] rack = {
            "pool",
            "east",
            "level",
            "rack",
            "cell",
            "r3",
            "pods",
            "4",
            "candidates",
            "3",
            "freeNodes",
            "16",
            "cellNodes",
            "18",
            "wholeLevel",
            "rack",
            "wholeBefore",
            "5",
            "wholeAfter",
            "5"
        };
        String[] all = Arrays.copyOf(rack, rack.length + more.length);
        System.arraycopy(more, 0, all, rack.length, more.length);
        return why(code, all);
    }

    @Test
    void theRackItsNumbersAndWhatDecided() {
        assertThat(RationaleText.of(inRack(Code.FEWEST_WHOLE_CELLS_BROKEN)))
                .isEqualTo("rack r3 of pool east (16 of 18 nodes free before): of 3 racks with room for it the one that"
                        + " breaks the fewest whole cells; the pool keeps its 5 whole racks");
    }

    @Test
    void moreCandidatesThanAreLookedAtAreNotCounted() {
        String most = String.valueOf(Rationale.MOST_CANDIDATES);
        assertThat(RationaleText.of(inRack(Code.FIRST_OF_EQUALS, "candidates", most, "wholeAfter", "4")))
                .endsWith("the oldest of 16 or more racks with room for it, which were alike;"
                        + " the pool has 4 whole racks left of 5");
    }

    @Test
    void aGangThatIsSpreadAgainstItsPreferenceHearsWhy() {
        Rationale spread = why(
                Code.ONLY_PLACE,
                "pool",
                "east",
                "level",
                "pool",
                "pods",
                "6",
                "spans",
                "2",
                "spansLevel",
                "rack",
                "narrower",
                "rack",
                "narrowerMost",
                "4",
                "preferred",
                "rack",
                "preferredMost",
                "4");
        assertThat(RationaleText.of(spread))
                .isEqualTo(
                        "pool east, over 2 racks, as one rack had room for at most 4 of its 6 pods: no smaller part of"
                                + " it had room; not within one rack, as preferred: one had room for at most 4 of its 6 pods");
    }

    @Test
    void otherPoolsWithRoomAreTold() {
        assertThat(RationaleText.of(inRack(Code.FIRST_OF_EQUALS, "poolsWithRoom", "3")))
                .endsWith("; of 3 pools with room this one had the best place");
    }

    @Test
    void whatIsLostIsToldInGpuHours() {
        assertThat(RationaleText.of(inRack(Code.LEAST_LOST_WORK, "evicted", "1", "lostGpuSeconds", "12600")))
                .contains("1 gang must leave it first, which loses 3.5 GPU-hours");
    }

    @ParameterizedTest
    @EnumSource(Code.class)
    void eachCodeIsSpelledAsReasonsAreAndHasWords(Code code) {
        assertThat(RationaleText.spelled(code)).matches("([A-Z][a-z]+)+");
        assertThat(RationaleText.of(inRack(code, "passedOver", "2", "evicted", "2", "lostGpuSeconds", "1")))
                .startsWith("rack r3 of pool east")
                .doesNotContain("  ");
    }
}
