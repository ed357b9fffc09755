package dev.offtake.cli;

import dev.offtake.schedule.SpotOrder;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** As the value of the chart is spelled: {@code FairShare} or {@code LargestFirst}. */
final class SpotOrderConverter implements ITypeConverter<SpotOrder> {
    @Override
    public SpotOrder convert(String value) {
        return SpotOrder.of(value)
                .orElseThrow(
                        () -> new TypeConversionException("'" + value + "' is neither FairShare nor LargestFirst"));
    }
}
