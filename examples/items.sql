-- The table of `adit dev`.
create table if not exists items (
    id serial primary key,
    name varchar(255) not null,
    description text,
    created_at timestamptz default now()
);
