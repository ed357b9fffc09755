package dev.offtake.operator.act;

/** The object that a gang was made from: it owns the gang's record, and its events are shown there. */
public record Owner(String apiVersion, String kind, String namespace, String name, String uid) {
    @Override
    public String toString() {
        return kind + " " + namespace + "/" + name;
    }
}
