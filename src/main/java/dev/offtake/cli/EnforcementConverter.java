package dev.offtake.cli;

import dev.offtake.api.Enforcement;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** As the value of the chart is spelled: {@code Enforce} or {@code Report}. */
final class EnforcementConverter implements ITypeConverter<Enforcement> {
    @Override
    public Enforcement convert(String value) {
        return Enforcement.of(value)
                .orElseThrow(() -> new TypeConversionException("'" + value + "' is neither Enforce nor Report"));
    }
}
