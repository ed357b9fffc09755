package dev.offtake.sim.cel;

import java.util.Map;

/** A part of an expression. */
@FunctionalInterface
interface Expression {
    Object value(Map<String, Object> names);

    /** A field of an object, which may be asked whether it is there. */
    record Field(Expression of, String name) implements Expression {
        @Override
        public Object value(Map<String, Object> names) {
            Object value = fields(names).get(name);
            if (value == null) {
                throw new IllegalArgumentException("no such field: " + name);
            }
            return value;
        }

        boolean isThere(Map<String, Object> names) {
            return fields(names).containsKey(name);
        }

        private Map<?, ?> fields(Map<String, Object> names) {
            Object object = of.value(names);
            if (object instanceof Map<?, ?> fields) {
                return fields;
            }
            throw new IllegalArgumentException("field " + name + " of what is no object: " + object);
        }
    }
}
