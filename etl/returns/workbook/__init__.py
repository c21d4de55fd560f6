"""Reading untrusted workbooks: the gate, the streaming reader and the limited reader process."""
