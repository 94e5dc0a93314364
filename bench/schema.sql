-- The table of the replaced program.
CREATE TABLE items (
    id serial PRIMARY KEY,
    name varchar(255) NOT NULL,
    description text,
    created_at timestamptz DEFAULT now()
);
