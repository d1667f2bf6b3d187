-- What was recorded is answered again from its entries in the journal; only a refusal's answer is kept as text.
ALTER TABLE requests MODIFY answer MEDIUMTEXT NULL;
